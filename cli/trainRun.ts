/** @file A training run from the base's accuracy to the tuned policy's, as lines of JSON. */
import type { RunRequest, StepLine } from './trainRequest.ts';
import { present, UsageError } from '../src/lib/assert.ts';
import { sum } from '../src/lib/floats.ts';
import { mean } from '../src/lib/statistics.ts';
import { weightsHash } from '../src/policy/checkpoint.ts';
import { CHECKPOINT_EVERY, type TrainConfig } from '../src/rl/config/config.ts';
import { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import { CheckerError } from '../src/rl/sandbox/script.ts';
import type { ExactReport } from '../src/rl/exact/readout.ts';
import type { StepMetrics } from '../src/rl/metrics/index.ts';
import type { EvaluationReport, StepReport } from '../src/rl/run/trainer.ts';
import { policySlot } from '../src/rl/words/slots.ts';
import { taskById } from '../src/tasks/index.ts';
import { type Ending, exhausted, type Spent } from './budget.ts';
import { nodeEnvironment } from './environment.ts';
import { measureOod, type OodResult } from './ood.ts';
import type { StageResult } from './stageResult.ts';
import { stageResult, withoutCritic } from './stageEnd.ts';
import { doneWith, isAllDone, type Retained, retained, retentionOf } from './retention.ts';
import { floatsHash, loadTraining, saveTraining } from './trainState.ts';

/** Callbacks during the run. */
export interface RunListener {
  stage?(name: string): void;
  step?(line: StepLine): void;
  /** Called before the first step, with null, and after each: looks at the policy, which it must not change. */
  look?(trainer: Pick<LocalTrainer, 'river'>, report: StepReport | null): Promise<void>;
  /** Called once when a run is resumed, with the lines of its steps so far. */
  resumed?(lines: readonly StepLine[]): void;
  /** Called if the run could not be saved; it continues. */
  unsaved?(why: string): void;
  /** Called if the run ends in a failure after which it can be resumed from this step. */
  kept?(steps: number): void;
  /** Called after every step; true stops the run. */
  stop?(): boolean;
  /** Called after the last step, while the trainer still holds the weights before it. */
  end?(trainer: LocalTrainer, last: StepReport): Promise<void>;
}

/**
 * The last line of a run. `base` is the policy at its beginning: the base, or the base with the adapter of an earlier
 * stage. Accuracies are shares of held-out completions; `seconds` is training only. */
export interface RunSummary {
  readonly summary: true;
  readonly preset: string;
  readonly seed: number;
  readonly steps: number;
  readonly backend: string;
  readonly baseAccuracy: number;
  readonly finalAccuracy: number;
  readonly baseGreedy: number;
  readonly finalGreedy: number;
  readonly seconds: number;
  /** Means over the last steps: exact divergence from the base and entropy, nats per token; absent if not measured. */
  readonly lastKl?: number;
  readonly lastEntropy?: number;
  /**
   * Steps until the accuracy of training completions, a mean over several steps, first reached the target; null if
   * never.
   */
  readonly stepsToTarget: number | null;
  readonly baseInterval: readonly [number, number];
  readonly finalInterval: readonly [number, number];
  readonly baseMethods: EvaluationReport['methods'];
  readonly finalMethods: EvaluationReport['methods'];
  /** Unbiased pass@k by k, and distinct completions per problem, if each was answered several times. */
  readonly basePassAtK?: EvaluationReport['passAtK'];
  readonly finalPassAtK?: EvaluationReport['passAtK'];
  readonly baseDistinct?: number;
  readonly finalDistinct?: number;
  /** By difficulty, if prompts have several. */
  readonly baseLevels?: EvaluationReport['levels'];
  readonly finalLevels?: EvaluationReport['levels'];
  /** Without the prior prompt, if the run has one; all other numbers use it. */
  readonly baseBare?: EvaluationReport['bare'];
  readonly finalBare?: EvaluationReport['bare'];
  /** Share of each difficulty among the prompts of the first and of the last steps. */
  readonly firstPrompts?: Readonly<Record<string, number>>;
  readonly lastPrompts?: Readonly<Record<string, number>>;
  /** Demonstrations that all steps learned from, with an algorithm that has them. */
  readonly demonstrations?: number;
  /** On problems that the run did not train on. */
  readonly ood?: readonly OodResult[];
  /** At the end of each stage of a run of stages, the last one included. */
  readonly stages?: readonly StageResult[];
  /** Of a run that measures them: every difficulty of the task at the base and whenever one was done with. */
  readonly retention?: readonly Retained[];
  readonly baseMeanLength: number;
  readonly finalMeanLength: number;
  /** Distance of the base and the tuned policy from the exact optimum, for a task that lists its outcomes. */
  readonly baseExact?: ExactReport;
  readonly finalExact?: ExactReport;
  readonly problems: number;
  readonly samplesPerProblem: number;
  readonly task: string;
  readonly difficulty: number;
  readonly policy: string;
  /** SHA-256 of the policy's file, and of its weights alone. */
  readonly policyHash: string;
  readonly weightsHash: string;
  /** SHA-256 of the tuned adapter's bytes: equal if two runs agree in every bit. */
  readonly adapterHash: string;
  readonly workers: number;
  readonly shuffleRewards: boolean;
  /** SHA-256 of the bytes of the adapter that it began with, if it was an earlier stage's. */
  readonly init?: string;
  /** SHA-256 of the rollout file, if there was one. */
  readonly store?: string;
  readonly interrupted: boolean;
  /** Why the run ended, and the tokens of all its steps. */
  readonly ended: Ending;
  readonly tokens: number;
  readonly config: TrainConfig;
}

/** Fields that hold times; every other field is the same from run to run. */
export const isTimeField = (name: string): boolean =>
  name === 'step_time' || name === 'seconds' || name.startsWith('time/');

/** A step as a line: its number and stage, the reproducible metrics, and last the times. */
export function stepLine({ step, metrics, tokensPerSecond, stage }: StepReport): StepLine {
  const entries = Object.entries(metrics);
  return Object.fromEntries([
    ['step', step],
    ...(stage ? [['stage', stage.index + 1] as const] : []),
    ...entries.filter(([name]) => !isTimeField(name)),
    ...entries.filter(([name]) => isTimeField(name)),
    ['time/tokens_per_second', tokensPerSecond],
  ]) as StepLine;
}

/** Steps averaged, so that one lucky batch counts for little. */
const WINDOW = 5;
/** Accuracy at which the task counts as learnt. */
export const TARGET_ACCURACY = 0.8;

const known = (values: readonly (number | undefined)[]): number[] => values.filter((value) => value !== undefined);

/** Mean share of each difficulty among the prompts of these steps; null if there is only one. */
function promptShares(steps: readonly StepMetrics[]): Record<string, number> | null {
  const names = Object.keys(steps[0] ?? {}).flatMap((name) => /^difficulty\/([0-9]+)\/share$/.exec(name)?.[1] ?? []);
  const shareOf = (metrics: StepMetrics, level: string) => metrics[`difficulty/${Number(level)}/share`] ?? 0;
  return names.length === 0
    ? null
    : Object.fromEntries(names.map((level) => [level, mean(steps.map((metrics) => shareOf(metrics, level)))]));
}

/** Steps at the beginning and the end whose prompts are counted. */
const PROMPT_WINDOW = 10;

/** Summary of a run's course and end, from its steps. */
function courseOf(
  steps: readonly StepMetrics[],
): Pick<RunSummary, 'lastKl' | 'lastEntropy' | 'stepsToTarget' | 'firstPrompts' | 'lastPrompts' | 'demonstrations'> {
  const [firstPrompts, lastPrompts] = [
    promptShares(steps.slice(0, PROMPT_WINDOW)),
    promptShares(steps.slice(-PROMPT_WINDOW)),
  ];
  const last = steps.slice(-WINDOW);
  const shown = known(steps.map((m) => m['demonstrations/count']));
  const [kl, entropy] = [known(last.map((m) => m.kl_exact)), known(last.map((m) => m.entropy))];
  const reached = steps.findIndex(
    (_, i) =>
      i + 1 >= WINDOW && mean(steps.slice(i + 1 - WINDOW, i + 1).map((m) => m.accuracy ?? 0)) >= TARGET_ACCURACY,
  );
  return {
    ...(kl.length > 0 ? { lastKl: mean(kl) } : {}),
    ...(entropy.length > 0 ? { lastEntropy: mean(entropy) } : {}),
    stepsToTarget: reached < 0 ? null : reached + 1,
    ...(firstPrompts && lastPrompts ? { firstPrompts, lastPrompts } : {}),
    ...(shown.length > 0 ? { demonstrations: sum(shown) } : {}),
  };
}

/** Fields of an evaluation that not every run has, with names by the time of measurement. */
function optionalFigures(when: 'base' | 'final', { passAtK, distinct, levels, bare }: EvaluationReport) {
  return {
    ...(passAtK ? { [`${when}PassAtK`]: passAtK } : {}),
    ...(distinct === undefined ? {} : { [`${when}Distinct`]: distinct }),
    ...(levels ? { [`${when}Levels`]: levels } : {}),
    ...(bare ? { [`${when}Bare`]: bare } : {}),
  };
}

function summaryOf(
  request: RunRequest,
  before: EvaluationReport,
  after: EvaluationReport,
  rest: Pick<RunSummary, 'steps' | 'seconds' | 'adapterHash' | 'ended' | 'tokens' | 'ood' | 'stages'> & {
    readonly lines: readonly StepLine[];
  },
  course: ReturnType<typeof courseOf>,
): RunSummary {
  const { config, policy } = request;
  return {
    summary: true,
    preset: request.preset,
    seed: config.seed,
    steps: rest.steps,
    backend: request.backend,
    baseAccuracy: before.sampled,
    finalAccuracy: after.sampled,
    baseGreedy: before.greedy,
    finalGreedy: after.greedy,
    seconds: rest.seconds,
    ...course,
    baseInterval: before.interval,
    finalInterval: after.interval,
    baseMethods: before.methods,
    finalMethods: after.methods,
    ...optionalFigures('base', before),
    ...optionalFigures('final', after),
    ...(rest.ood ? { ood: rest.ood } : {}),
    ...(rest.stages ? { stages: rest.stages } : {}),
    ...(request.retention ? { retention: retained(before, rest.lines, after) } : {}),
    baseMeanLength: before.meanLength,
    finalMeanLength: after.meanLength,
    ...(before.exact && after.exact ? { baseExact: before.exact, finalExact: after.exact } : {}),
    problems: after.problems,
    samplesPerProblem: after.samplesPerProblem,
    task: config.task,
    difficulty: config.difficulty,
    policy: policy.checkpoint.manifest.id,
    policyHash: policy.checkpoint.manifest.sha256,
    weightsHash: weightsHash(policy.checkpoint),
    adapterHash: rest.adapterHash,
    workers: request.workers,
    shuffleRewards: config.shuffleRewards,
    ...(request.init ? { init: floatsHash(request.init) } : {}),
    ...(request.store ? { store: request.store.sha256 } : {}),
    interrupted: rest.ended === 'interrupt',
    ended: rest.ended,
    tokens: rest.tokens,
    config,
  };
}

/** Measurements of the out-of-distribution sets, if requested. */
async function oodOf(
  { ood = [], config, policy, evalProblems: problems, evalSamples: samples, backend, workers }: RunRequest,
  adapter: Float32Array,
  listener: RunListener,
): Promise<Pick<RunSummary, 'ood'>> {
  if (ood.length === 0) return {};
  listener.stage?.('measuring both on problems that were not trained on');
  return { ood: await measureOod(ood, { config, policy, adapter, problems, samples, backend, workers }) };
}

/** Saves the run; if that fails, the run continues without. */
async function save(
  trainer: LocalTrainer,
  { keep }: RunRequest,
  lines: readonly StepLine[],
  seconds: number,
  listener: RunListener,
  stages: readonly StageResult[] = [],
): Promise<void> {
  if (!keep) return;
  try {
    saveTraining(keep, {
      snapshot: await trainer.snapshot(),
      lines,
      seconds,
      ...(stages.length > 0 ? { stages } : {}),
    });
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    listener.unsaved?.(cause.message);
  }
}

/** Moves a run that has not begun to the adapter of an earlier stage; a critic keeps its initial weights. */
async function beginWith(trainer: LocalTrainer, init: Float32Array): Promise<void> {
  const snapshot = await trainer.snapshot();
  const policy = present(snapshot.state[policySlot], 'the policy');
  policy.parameters.set(init);
  await trainer.restore(snapshot);
}

/** Trains to the end, from the saved state if there is one; keeps the saved state if interrupted. */
async function trainToEnd(
  trainer: LocalTrainer,
  request: RunRequest,
  listener: RunListener,
): Promise<Spent & { readonly lines: readonly StepLine[]; readonly ended: Ending; readonly ends: StageResult[] }> {
  const saved = request.keep ? loadTraining(request.keep) : null;
  const lines = saved ? [...saved.lines] : [];
  const ends = saved?.stages ? [...saved.stages] : [];
  const spent = { steps: lines.length, tokens: saved?.snapshot.tokens ?? 0, seconds: saved?.seconds ?? 0 };
  if (saved) {
    await trainer.restore(saved.snapshot);
    listener.resumed?.(lines);
  }
  if (!saved) await listener.look?.(trainer, null);
  const look = async () => {
    const { sampled, exact } = await trainer.evaluate(request.evalProblems, request.evalSamples);
    return { accuracy: sampled, ...(exact ? { reward: exact.expectedReward } : {}) };
  };
  const wide = () => trainer.evaluate(request.evalProblems, request.evalSamples, true);
  for (;;) {
    const begun = performance.now();
    const report = await trainer.step().catch(async (error: unknown) => {
      // The checker's code failed before the step changed anything.
      if (error instanceof CheckerError && lines.length > 0) {
        await save(trainer, request, lines, spent.seconds, listener, ends);
        listener.kept?.(lines.length);
      }
      throw error;
    });
    spent.seconds += (performance.now() - begun) / 1000;
    spent.tokens = report.metrics.num_tokens ?? 0;
    spent.steps++;
    const isDone = request.retention === true && doneWith(report.metrics) > doneWith(lines.at(-1) ?? {});
    const line = { ...stepLine(report), ...(isDone ? retentionOf(await wide()) : {}) };
    lines.push(line);
    listener.step?.(line);
    await listener.look?.(trainer, report);
    const { ended: over, isLast } = trainer.stage();
    if (over && !isLast) {
      listener.stage?.(`measuring the policy at the end of stage ${ends.length + 1}`);
      const reached = await trainer.evaluate(request.evalProblems, request.evalSamples);
      ends.push(await stageResult(trainer, request, reached, ends));
    }
    const ended: Ending | null =
      over && isLast
        ? over
        : request.retention && isAllDone(report.metrics)
          ? 'known'
          : listener.stop?.()
            ? 'interrupt'
            : await exhausted(request.budget ?? {}, spent, look);
    if (ended === 'interrupt' || (!ended && (over || spent.steps % CHECKPOINT_EVERY === 0)))
      await save(trainer, request, lines, spent.seconds, listener, ends);
    if (ended) {
      await listener.end?.(trainer, report);
      return { ...spent, lines, ended, ends };
    }
  }
}

/**
 * Evaluates the base, trains `config.maxSteps` steps (fewer if the budget ends, the rule of a stage holds or the
 * listener stops it), and evaluates again on the same problems; with stages also at the end of each.
 */
export async function trainRun(
  request: RunRequest,
  listener: RunListener = {},
): Promise<{ summary: RunSummary; adapter: Float32Array }> {
  const { config, policy, backend, workers, evalProblems, evalSamples } = request;
  const trainer = new LocalTrainer(nodeEnvironment(policy, request.store));
  try {
    listener.stage?.('building the graphs');
    await trainer.open(config, { backend, workers });
    if (request.init) await beginWith(trainer, request.init);
    listener.stage?.(
      taskById(config.task).outcomes
        ? 'computing where the base stands'
        : `measuring the base on ${evalProblems} held-out problems`,
    );
    const evaluated = () => trainer.evaluate(evalProblems, evalSamples, request.retention);
    const before = await evaluated();
    const { lines, ends, ...spent } = await trainToEnd(trainer, request, listener);
    listener.stage?.('measuring the tuned policy in the same way');
    const after = await evaluated();
    const numbers = await trainer.adapter();
    const adapter = withoutCritic(numbers, request);
    const ood = await oodOf(request, adapter, listener);
    const stages = config.stages ? { stages: [...ends, await stageResult(trainer, request, after, ends)] } : {};
    return {
      summary: summaryOf(
        request,
        before,
        after,
        { ...spent, ...ood, ...stages, lines, adapterHash: floatsHash(numbers) },
        courseOf(lines),
      ),
      adapter,
    };
  } finally {
    await trainer.dispose();
  }
}
