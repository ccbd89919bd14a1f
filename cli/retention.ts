/**
 * @file Retention of a run that learns difficulties in order: all are measured at the base, and whenever the run is
 * done with one. The numbers stand in the lines of those steps, so that a resumed run has them too.
 */
import type { StepMetrics } from '../src/rl/metrics/index.ts';
import type { EvaluationReport } from '../src/rl/run/trainer.ts';

/** Every difficulty at one step: shares of held-out completions. */
export interface Retained {
  /** Steps trained. */
  readonly step: number;
  readonly levels: Readonly<Record<string, { readonly sampled: number; readonly steps: number }>>;
  /** KL(policy, base) of a completion, nats, over the problems of all difficulties. */
  readonly kl: number;
}

type Measured = Pick<EvaluationReport, 'levels' | 'kl'>;
type Numbers = Readonly<Record<string, number>>;

const doneName = /^difficulty\/[0-9]+\/done$/;
const dones = (metrics: StepMetrics): number[] =>
  Object.entries(metrics).flatMap(([name, value]) => (doneName.test(name) ? [value ?? 0] : []));

/** Number of difficulties that prompts in order are done with. */
export const doneWith = (metrics: StepMetrics): number => dones(metrics).reduce((sum, done) => sum + done, 0);

/** Whether they are done with all; false for prompts in another order. */
export const isAllDone = (metrics: StepMetrics): boolean => {
  const all = dones(metrics);
  return all.length > 0 && all.every((done) => done === 1);
};

/** An evaluation of all difficulties, as numbers of a step's line. */
export const retentionOf = ({ levels = {}, kl = 0 }: Measured): Numbers =>
  Object.fromEntries([
    ...Object.entries(levels).flatMap(([level, { sampled, steps = 0 }]) => [
      [`eval_difficulty/${level}/accuracy`, sampled],
      [`eval_difficulty/${level}/steps`, steps],
    ]),
    ['eval_kl', kl],
  ]);

/** The numbers of a line again; `step`: steps trained. */
function retainedAt(step: number, line: Numbers): Retained {
  const levels = Object.keys(line).flatMap((name) => /^eval_difficulty\/([0-9]+)\/accuracy$/.exec(name)?.[1] ?? []);
  const share = (level: string, what: string) => line[`eval_difficulty/${level}/${what}`] ?? 0;
  return {
    step,
    levels: Object.fromEntries(
      levels.map((level) => [level, { sampled: share(level, 'accuracy'), steps: share(level, 'steps') }]),
    ),
    kl: line['eval_kl'] ?? 0,
  };
}

/** Base, the measurements in the lines of a run, and the end, in order. */
export function retained(
  before: Measured,
  lines: readonly (Numbers & { readonly step: number })[],
  after: Measured,
): Retained[] {
  const during = lines.flatMap((line) => ('eval_kl' in line ? [retainedAt(line.step + 1, line)] : []));
  const end = during.at(-1)?.step === lines.length ? [] : [retainedAt(lines.length, retentionOf(after))];
  return [retainedAt(0, retentionOf(before)), ...during, ...end];
}
