/** @file The form of the bench that continues every column from the frozen step as a comparison over seeds. */
import { useState } from 'react';
import { NumbersForm } from '../../ui/compare/NumbersForm.tsx';
import { benchWords as words } from '../../ui/bench/words.ts';
import { continuedNumbers, continuedPlan } from '../compare/continued.ts';
import type { DraftArm } from '../compare/draft.ts';
import { newestPace, totalOf } from '../compare/total.ts';
import { secondsPerStep } from '../storage/lastNumbers.ts';
import type { Comparison } from '../stores/comparison.ts';
import type { Library, LibraryState } from '../stores/library.ts';
import type { RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';

export interface ContinueAllProps {
  /** The algorithms that made their update. */
  readonly arms: readonly DraftArm[];
  /** Steps trained before the frozen group. */
  readonly step: number;
  readonly run: RunStore;
  readonly library: Library;
  readonly comparison: Pick<Comparison, 'start'>;
  /** Called once the comparison started. */
  readonly onStart: () => void;
}

const keptRunsOf = (state: LibraryState) => state.runs;

export function ContinueAll({ arms, step, run, library, comparison, onStart }: ContinueAllProps) {
  const [typed, setTyped] = useState<{ readonly seeds: string | null; readonly steps: string | null }>({
    seeds: null,
    steps: null,
  });
  const { key, config, rows } = run.getState();
  const isKept = useStore(library, keptRunsOf).some(({ id }) => id === key);
  if (!config) return null;
  const numbers = continuedNumbers(typed, step, config.seed);
  const plan = continuedPlan(arms, { run: key, step }, numbers);
  const { value: steps } = numbers.steps;
  return (
    <section data-testid="bench-continue">
      <h3>{words.continueTitle}</h3>
      <p>{words.continueAbout(step)}</p>
      {isKept ? (
        <NumbersForm
          fields={(['steps', 'seeds'] as const).map((name) => {
            const { shown, value } = numbers[name];
            return { name, shown, refusal: typeof value === 'string' ? value : null };
          })}
          total={totalOf(plan, typeof steps === 'number' ? steps : 0, secondsPerStep(rows) ?? newestPace(library))}
          canStart={plan !== null}
          start={words.continueAll}
          onType={(name, text) => setTyped((before) => ({ ...before, [name]: text }))}
          onStart={() => {
            if (!plan) return;
            comparison.start(plan);
            onStart();
          }}
        />
      ) : (
        <p>{words.notKept}</p>
      )}
    </section>
  );
}
