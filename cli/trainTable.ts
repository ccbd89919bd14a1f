/** @file A training run as text: a row of means every ten steps, and the held-out results. */
import { mean } from '../src/lib/statistics.ts';
import type { ExactReport } from '../src/rl/exact/readout.ts';
import type { EvaluationReport } from '../src/rl/run/trainer.ts';
import type { RunSummary } from './trainRun.ts';
import type { StepLine } from './trainRequest.ts';

const STEPS_PER_ROW = 10;

interface Column {
  readonly title: string;
  readonly value: (line: StepLine) => number | undefined;
  readonly digits: number;
}

const columns: readonly Column[] = [
  { title: 'reward', value: (l) => l.reward, digits: 3 },
  { title: 'accuracy', value: (l) => l.accuracy, digits: 3 },
  { title: 'KL', value: (l) => l.kl_exact, digits: 4 },
  { title: 'entropy', value: (l) => l.entropy, digits: 3 },
  { title: 'length', value: (l) => l['completions/mean_length'], digits: 1 },
  { title: 'grad norm', value: (l) => l.grad_norm, digits: 2 },
  { title: 's/step', value: (l) => l.step_time, digits: 3 },
  { title: 'tokens/s', value: (l) => l['time/tokens_per_second'], digits: 0 },
];

const cell = (text: string): string => text.padStart(10);

export interface StepTable {
  add(line: StepLine): void;
  /** Prints the incomplete last row. */
  end(): void;
}

/** Means over ten steps at a time. */
export function createStepTable(print: (line: string) => void): StepTable {
  let waiting: StepLine[] = [];
  const row = () => {
    const last = waiting.at(-1);
    if (!last) return;
    if (last.step < STEPS_PER_ROW) print(['steps', ...columns.map(({ title }) => title)].map(cell).join(''));
    const values = columns.map(({ value, digits }) => {
      const known = waiting.map(value).filter((v) => v !== undefined);
      return known.length === 0 ? '-' : mean(known).toFixed(digits);
    });
    print([String(last.step + 1), ...values].map(cell).join(''));
    waiting = [];
  };
  return {
    add(line) {
      waiting.push(line);
      if (waiting.length === STEPS_PER_ROW) row();
    },
    end: row,
  };
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A share with its 95 % interval; one computed over all outcomes has no interval. */
export const percentIn = (share: number, [low, high]: readonly [number, number]): string =>
  low === high ? percent(share) : `${percent(share)} [${percent(low)}, ${percent(high)}]`;

/** `worked 24.0 % (right 91.0 %), direct ...`. */
export const methodsText = (methods: EvaluationReport['methods']): string =>
  Object.entries(methods)
    .map(
      ([id, { share, accuracy }]) =>
        `${id} ${percent(share)}${accuracy === undefined ? '' : ` (right ${percent(accuracy)})`}`,
    )
    .join(', ');

/** Distance of a policy from the exact optimum. */
const exactText = ({ beta, objective, optimalObjective, gapClosed, totalVariation, entropy }: ExactReport): string =>
  `J ${objective.toFixed(4)} of ${optimalObjective.toFixed(4)} (beta ${beta}), ${percent(gapClosed)} of the gap closed, total variation to the optimum ${totalVariation.toFixed(3)}, entropy ${entropy.toFixed(2)} nats`;

/** The measured problems, and for a listed task the distance of base and tuned policy from the optimum. */
function measuredText({ problems, samplesPerProblem, baseExact, finalExact }: RunSummary): string[] {
  if (!baseExact || !finalExact)
    return [
      `held out: ${problems} problems, ${samplesPerProblem} completions each; in brackets the 95 % interval for problems like these`,
    ];
  return [
    `computed over all ${baseExact.outcomes} outcomes, nothing is held out; greedy, length and methods from ${samplesPerProblem} completions`,
    `base   ${exactText(baseExact)}`,
    `tuned  ${exactText(finalExact)}`,
  ];
}

/** Results by difficulty, by k, and without the prior prompt, if available. */
function moreText(
  name: string,
  levels: RunSummary['baseLevels'],
  passAt: RunSummary['basePassAtK'],
  bare: RunSummary['baseBare'],
): string[] {
  const words = (values: readonly string[]) => `${name.padEnd(6)} ${values.join(', ')}`;
  return [
    ...(levels
      ? [
          words(
            Object.entries(levels).map(
              ([level, { sampled, greedy }]) => `difficulty ${level}: ${percent(sampled)} (greedy ${percent(greedy)})`,
            ),
          ),
        ]
      : []),
    ...(passAt ? [words(Object.entries(passAt).map(([k, value]) => `pass@${k} ${percent(value)}`))] : []),
    ...(bare
      ? [
          words([
            `without the prior prompt: sampled ${percent(bare.sampled)}, greedy ${percent(bare.greedy)}; ${methodsText(bare.methods)}`,
          ]),
        ]
      : []),
  ];
}

/** One line for each stage. */
const stagesText = ({ stages = [] }: RunSummary): string[] =>
  stages.map(
    ({ algorithm, steps, ended, sampled, interval, greedy, meanLength }, i) =>
      `stage ${i + 1}, ${algorithm}, ${steps} steps${ended === 'steps' ? '' : ` (ended by ${ended})`}: sampled ${percentIn(sampled, interval)}, greedy ${percent(greedy)}, ${meanLength.toFixed(1)} tokens`,
  );

/** Before and after, in a few lines. */
export function summaryText(s: RunSummary): string {
  const line = (
    name: string,
    sampled: number,
    interval: readonly [number, number],
    greedy: number,
    methods: EvaluationReport['methods'],
    length: number,
  ) =>
    `${name.padEnd(6)} sampled ${percentIn(sampled, interval)}, greedy ${percent(greedy)}, ${length.toFixed(1)} tokens${Object.keys(methods).length > 0 ? `; ${methodsText(methods)}` : ''}`;
  // After an earlier stage the run does not begin at the base.
  const start = s.init === undefined ? 'base' : 'start';
  return [
    `${s.steps} steps in ${s.seconds.toFixed(1)} s on ${s.backend}, ${s.workers} worker${s.workers === 1 ? '' : 's'}; ${s.task} at difficulty ${s.difficulty}, policy ${s.policy}, seed ${s.seed}${s.interrupted ? ' (stopped early)' : ''}`,
    ...measuredText(s),
    line(start, s.baseAccuracy, s.baseInterval, s.baseGreedy, s.baseMethods, s.baseMeanLength),
    ...moreText(start, s.baseLevels, s.basePassAtK, s.baseBare),
    ...stagesText(s),
    line('tuned', s.finalAccuracy, s.finalInterval, s.finalGreedy, s.finalMethods, s.finalMeanLength),
    ...moreText('tuned', s.finalLevels, s.finalPassAtK, s.finalBare),
    ...(s.ood ?? []).map(
      ({ task, difficulty, base, final }) =>
        `not trained on: ${task} at difficulty ${difficulty}, sampled ${percentIn(base.sampled, base.interval)} -> ${percentIn(final.sampled, final.interval)}, greedy ${percent(base.greedy)} -> ${percent(final.greedy)}`,
    ),
  ].join('\n');
}
