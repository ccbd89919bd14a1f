/**
 * @file Out-of-distribution problems of a run: other tasks or difficulties, measured before and after it in the same
 * way.
 */
import { UsageError } from '../src/lib/assert.ts';
import type { TrainConfig } from '../src/rl/config/config.ts';
import { loraOf } from '../src/rl/algorithm/configured.ts';
import type { EvaluationReport } from '../src/rl/run/trainer.ts';
import { tasks } from '../src/tasks/index.ts';
import { optionalText } from './flags.ts';
import { measure, type MeasureRequest } from './measure.ts';

export interface OodSet {
  readonly task: string;
  readonly difficulty: number;
}

/** Shares of held-out completions; pass@k by k if each problem was answered several times. */
export type OodFigures = Pick<EvaluationReport, 'sampled' | 'interval' | 'greedy' | 'passAtK'>;

export interface OodResult extends OodSet {
  readonly base: OodFigures;
  readonly final: OodFigures;
}

export const oodFlag = optionalText(
  'Also measures the run on held-out problems that it does not train on, before and after.',
  'TASK:DIFFICULTY,...',
  'none',
);

/** `sums:4,chain:3` as sets. Throws UsageError naming the invalid part. */
export function oodSets(text: string): OodSet[] {
  return text.split(',').map((part) => {
    const [, id = '', level = ''] = /^\s*([a-z0-9-]+):([0-9]+)\s*$/.exec(part) ?? [];
    if (id === '') throw new UsageError(`--ood: ${part.trim()} is not of the form TASK:DIFFICULTY`);
    const known = tasks.find((task) => task.id === id);
    if (!known)
      throw new UsageError(`--ood: there is no task ${id}; there are ${tasks.map((task) => task.id).join(', ')}`);
    const difficulty = Number(level);
    const { min, max } = known.difficulty;
    if (difficulty < min || difficulty > max)
      throw new UsageError(`--ood: ${id} takes ${min} to ${max}, not ${difficulty}`);
    if (known.outcomes) throw new UsageError(`--ood: ${id} has one problem and none that is held out`);
    return { task: id, difficulty };
  });
}

type Measured = Pick<MeasureRequest, 'policy' | 'problems' | 'samples' | 'backend' | 'workers'>;

async function figures(request: MeasureRequest): Promise<OodFigures> {
  const { sampled, interval, greedy, passAtK } = await measure(request);
  return { sampled, interval, greedy, passAtK };
}

type TunedRun = Measured & { readonly config: TrainConfig; readonly adapter: Float32Array };

/** The tuned policy on a set, or the base without an adapter, on the same problems with the same random numbers. */
export const figuresOn = (
  set: OodSet,
  { config, adapter: flat, ...rest }: Omit<TunedRun, 'adapter'> & Partial<TunedRun>,
): Promise<OodFigures> =>
  figures({
    ...rest,
    ...set,
    split: 'heldout',
    seed: config.seed,
    ...(flat ? { adapter: { flat, lora: loraOf(config) } } : {}),
  });

/** Base and tuned policy on each set. */
export async function measureOod(sets: readonly OodSet[], run: TunedRun): Promise<OodResult[]> {
  const { adapter, ...base } = run;
  const results: OodResult[] = [];
  for (const set of sets)
    results.push({ ...set, base: await figuresOn(set, base), final: await figuresOn(set, { ...base, adapter }) });
  return results;
}
