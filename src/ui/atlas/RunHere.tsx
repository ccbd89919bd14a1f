/**
 * @file The arms of a stored result, to be trained in this page: selected ones over several seeds, or one by a click.
 */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { formWords as words } from './formWords.ts';
import { type Draft, RunForm, type RunHereProps } from './RunForm.tsx';
import styles from './Form.module.css';

const USUAL_SEEDS = 3;

export function RunHere(props: RunHereProps) {
  const { arms, mostArms, elsewhere, hrefOf, onRun } = props;
  const [draft, setDraft] = useState<Draft>({
    ticked: arms.slice(0, mostArms).map(({ arm }) => arm),
    seeds: USUAL_SEEDS,
    typed: null,
  });
  const chosen = arms.filter(({ arm }) => draft.ticked.includes(arm));
  const isFull = chosen.length >= mostArms;
  const tick = (arm: string, on: boolean) =>
    setDraft({ ...draft, ticked: on ? [...draft.ticked, arm] : draft.ticked.filter((other) => other !== arm) });
  return (
    <section aria-label={words.title}>
      <h4>{words.title}</h4>
      <p className={styles.soft}>
        {[
          words.about,
          ...(arms.length > mostArms ? [words.most(mostArms)] : []),
          ...(elsewhere.length > 0 ? [words.elsewhere(elsewhere)] : []),
        ].join(' ')}
      </p>
      <RunForm props={props} draft={draft} chosen={chosen} onDraft={setDraft} />
      <ul className={styles.arms} aria-label={words.arms}>
        {arms.map(({ arm, title, note }) => (
          <li key={arm}>
            <label>
              <input
                type="checkbox"
                data-testid="compare-arm"
                data-arm={arm}
                checked={draft.ticked.includes(arm)}
                disabled={isFull && !draft.ticked.includes(arm)}
                onChange={(event) => tick(arm, event.currentTarget.checked)}
              />
              <span>
                <span>{title}</span>
                {note !== undefined && <small>{note}</small>}
              </span>
            </label>
            <Button
              size="compact-sm"
              variant="default"
              data-testid="run-arm"
              data-arm={arm}
              aria-label={words.trainArm(title)}
              onClick={() => onRun(arm)}
            >
              {words.train}
            </Button>
            <a href={hrefOf(arm)} aria-label={words.linkTo(title)}>
              {words.link}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
