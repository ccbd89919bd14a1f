/** @file The stages of a run above its charts: which are done, which one trains, and how each differs. */
import { stageWords } from './words.ts';
import styles from './Stages.module.css';

export interface StripStage {
  readonly title: string;
  /** Steps trained, and at most. */
  readonly done: number;
  readonly steps: number;
  readonly state: 'done' | 'running' | 'waiting';
  /** Its reference, its rule and its differences, in words. */
  readonly notes: readonly string[];
}

export function StageStrip({ stages }: { readonly stages: readonly StripStage[] }) {
  return (
    <ol className={styles.strip} aria-label={stageWords.title} data-testid="stages" tabIndex={0}>
      {stages.map(({ title, done, steps, state, notes }, i) => (
        <li
          key={i}
          data-state={state}
          data-testid={`stage-${i + 1}`}
          aria-current={state === 'running' ? 'step' : undefined}
          style={{ flexGrow: Math.sqrt(steps) }}
        >
          <span className={styles.name}>
            <b>{`${i + 1}. ${title}`}</b>
            <small>{stageWords[state]}</small>
          </span>
          <progress
            max={state === 'done' ? Math.max(1, done) : steps}
            value={done}
            aria-label={stageWords.stage(i + 1)}
          />
          <small>
            {[state === 'waiting' ? stageWords.atMost(steps) : stageWords.stepsOf(done, steps), ...notes].join('; ')}
          </small>
        </li>
      ))}
    </ol>
  );
}
