/** @file The form of a live comparison: base, seeds and steps, with the runs and their time before they start. */
import { Button } from '@mantine/core';
import { useId } from 'react';
import { readWithin } from '../../lib/numberText.ts';
import { formWords as words } from './formWords.ts';
import styles from './Form.module.css';

export interface TrainableArm {
  readonly arm: string;
  readonly title: string;
  readonly note?: string | undefined;
  /** The same number as in the stored result. */
  readonly steps: number;
}

/** The chosen runs: arms by id, number of seeds, and the most steps per run, null for as many as stored. */
export interface ChosenRuns {
  readonly arms: readonly string[];
  readonly seeds: number;
  readonly steps: number | null;
}

export interface RunHereProps {
  /** Ids of the bases, the one to be trained first. */
  readonly bases: readonly string[];
  readonly onBase: (base: string) => void;
  /** Seconds of these runs on this machine, and whether its speed was measured; null where it cannot be known. */
  readonly timeOf: (
    arms: readonly { readonly arm: string; readonly steps: number }[],
    seeds: number,
  ) => { readonly seconds: number; readonly isMeasured: boolean } | null;
  /** Problems that only the stored result was measured on. */
  readonly elsewhere: readonly string[];
  readonly arms: readonly TrainableArm[];
  /** As many as there are distinct colours. */
  readonly mostArms: number;
  /** At index n - 1 the seeds for n runs per arm; each list extends the one before it. */
  readonly seedLists: readonly (readonly number[])[];
  /** Address of the playground with the arm's settings. */
  readonly hrefOf: (arm: string) => string;
  readonly onRun: (arm: string) => void;
  readonly onCompare: (chosen: ChosenRuns) => void;
}

export interface Draft {
  readonly ticked: readonly string[];
  readonly seeds: number;
  /** The typed text; null while unchanged. */
  readonly typed: string | null;
}

/** The runs that the form would start, in words, or why it cannot. */
function Sentence({
  problem,
  chosen,
  seeds,
  steps,
  time,
  isShorter,
}: {
  readonly problem: string | null;
  readonly chosen: number;
  readonly seeds: readonly number[];
  readonly steps: readonly number[];
  readonly time: ReturnType<RunHereProps['timeOf']>;
  readonly isShorter: boolean;
}) {
  return (
    <p className={styles.total} role="status" data-testid="compare-total" data-problem={problem !== null}>
      {problem ??
        [
          words.total(chosen, seeds, steps),
          ...(time ? [words.time(time.seconds, time.isMeasured)] : []),
          ...(isShorter ? [words.shorter] : []),
        ].join(' ')}
    </p>
  );
}

function BaseField({ id, bases, onBase }: Pick<RunHereProps, 'bases' | 'onBase'> & { readonly id: string }) {
  if (bases.length < 2) return null;
  return (
    <>
      <label htmlFor={`${id} base`}>{words.base}</label>
      <select
        id={`${id} base`}
        data-testid="compare-base"
        value={bases[0]}
        onChange={(event) => onBase(event.currentTarget.value)}
      >
        {[...bases].toSorted().map((base) => (
          <option key={base} value={base}>
            {base}
          </option>
        ))}
      </select>
    </>
  );
}

/** Number fields and button; the tick boxes are beside the arms. */
export function RunForm({
  props,
  draft,
  chosen,
  onDraft,
}: {
  readonly props: RunHereProps;
  readonly draft: Draft;
  readonly chosen: readonly TrainableArm[];
  readonly onDraft: (draft: Draft) => void;
}) {
  const { seedLists, onCompare } = props;
  const id = useId();
  const most = Math.max(1, ...chosen.map(({ steps }) => steps));
  const typed = draft.typed === null ? most : readWithin(draft.typed, { min: 1, max: most, integer: true });
  const limit = typeof typed === 'string' ? null : typed;
  const problem =
    chosen.length === 0 ? words.noArm : typeof typed === 'string' ? `${typed} ${words.badSteps(most)}` : null;
  const isShorter = chosen.some(({ steps }) => steps > (limit ?? most));
  return (
    <form
      className={styles.form}
      data-testid="compare-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null)
          onCompare({ arms: chosen.map(({ arm }) => arm), seeds: draft.seeds, steps: isShorter ? limit : null });
      }}
    >
      <BaseField id={id} bases={props.bases} onBase={props.onBase} />
      <label htmlFor={`${id} seeds`}>{words.seeds}</label>
      <select
        id={`${id} seeds`}
        data-testid="compare-seeds"
        value={draft.seeds}
        onChange={(event) => onDraft({ ...draft, seeds: Number(event.currentTarget.value) })}
      >
        {seedLists.map((list) => (
          <option key={list.length} value={list.length}>
            {list.length}
          </option>
        ))}
      </select>
      <label htmlFor={`${id} steps`}>{words.steps}</label>
      <input
        id={`${id} steps`}
        inputMode="numeric"
        size={4}
        autoComplete="off"
        data-testid="compare-steps"
        value={draft.typed ?? most}
        aria-invalid={limit === null}
        aria-describedby={`${id} total`}
        onChange={(event) => onDraft({ ...draft, typed: event.currentTarget.value })}
      />
      <Button type="submit" size="compact-sm" data-testid="compare-run" disabled={problem !== null}>
        {words.run}
      </Button>
      <div id={`${id} total`} className={styles.sentence}>
        <Sentence
          problem={problem}
          chosen={chosen.length}
          seeds={seedLists[draft.seeds - 1] ?? []}
          steps={chosen.map(({ steps }) => Math.min(steps, limit ?? most))}
          time={props.timeOf(
            chosen.map(({ arm, steps }) => ({ arm, steps: Math.min(steps, limit ?? most) })),
            draft.seeds,
          )}
          isShorter={isShorter}
        />
      </div>
    </form>
  );
}
