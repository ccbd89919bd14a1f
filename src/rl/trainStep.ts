/** @file One step, stage by stage: prompt -> rollout -> reward -> advantage -> score -> gradient -> update -> metrics. */
import { warmup } from '../engine/optim/schedule.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import type { Task } from '../tasks/task.ts';
import type { Algorithm, CompletionShape } from './algorithm.ts';
import { knobNames, knobs, type TrainConfig } from './config.ts';
import type { GradientBatch, Learner, TokenStatistics } from './learner/learner.ts';
import type { StepMetrics } from './metrics.ts';
import { judge, type Judged, shuffledRewards } from './reward.ts';
import { stepExamples } from './rollout/prompts.ts';
import { readRollouts, rolloutBatch, type Rollout } from './rollout/rollout.ts';
import { completionSpan, lengthMetrics, policyMetrics, rewardMetrics } from './stepMetrics.ts';
import type { GroupReport } from './trainer.ts';

/** What a step needs besides its number. */
export interface StepContext {
  readonly config: TrainConfig;
  readonly task: Task;
  readonly algorithm: Algorithm;
  readonly tokenizer: Tokenizer;
  readonly learner: Learner;
  /** Longest prompt and completion in tokens. */
  readonly promptLength: number;
  readonly completionLength: number;
  /** Milliseconds from an arbitrary start. */
  readonly now: () => number;
}

export interface StepResult {
  readonly metrics: StepMetrics;
  readonly groups: readonly GroupReport[];
  readonly tokens: number;
  readonly seconds: number;
}

/** Thrown when the loss or the gradient's norm is not finite; that update was not made, earlier ones of the same step were. */
export class NonFiniteUpdateError extends Error {
  override readonly name = 'NonFiniteUpdateError';
}

const completionShapes = (rollouts: readonly Rollout[]): CompletionShape[] => rollouts.map(({ completionIds, terminated }) => ({ length: completionIds.length, terminated }));

/** The sequences of a batch and, for each next token, what the objective is fed. */
function gradientBatch({ config, algorithm, tokenizer, promptLength, completionLength }: StepContext, rollouts: readonly Rollout[], rewards: Float32Array, advantages: Float32Array): GradientBatch {
  const length = promptLength + completionLength;
  const columns = length - 1;
  const rows = rollouts.length;
  const tokenIds = new Int32Array(rows * length).fill(tokenizer.padId);
  const perToken = () => new Float32Array(rows * columns);
  const arrays = { oldLogProbs: perToken(), advantages: perToken(), rewards: perToken(), mask: perToken(), weights: perToken() };
  const weights = algorithm.tokenWeights(completionShapes(rollouts), completionLength);
  rollouts.forEach((rollout, row) => {
    tokenIds.set([...rollout.promptIds, ...rollout.completionIds], row * length);
    const [start, end] = completionSpan(rollout, row, columns);
    arrays.oldLogProbs.set(rollout.logProbs, start);
    arrays.advantages.fill(advantages[row] as number, start, end);
    arrays.rewards.fill(rewards[row] as number, start, end);
    arrays.mask.fill(1, start, end);
    arrays.weights.fill(weights[row] as number, start, end);
  });
  return { rows, tokenIds, temperature: config.temperature, arrays, settings: settingValues(algorithm, config) };
}

/** What the objective's settings stand at: a knob of the same name, or of the setting that it follows, else the default. */
function settingValues(algorithm: Algorithm, config: TrainConfig): Record<string, number> {
  return Object.fromEntries(algorithm.settings.map(({ id, sameAs, default: fallback }) => {
    const knob = knobNames.find((name) => knobs[name].id === id) ?? knobNames.find((name) => knobs[name].id === sameAs);
    return [id, knob ? config[knob] : fallback];
  }));
}

/** All updates on one batch of rollouts; the statistics are those of the first pass, the norm that of the last. */
async function updates({ config, learner }: StepContext, batch: GradientBatch, step: number): Promise<{ statistics: TokenStatistics; gradNorm: number; learningRate: number }> {
  const learningRate = warmup(config.learningRate, config.warmupSteps, step);
  let first: TokenStatistics | null = null;
  let gradNorm = 0;
  for (let iteration = 0; iteration < config.numIterations; iteration++) {
    const statistics = await learner.gradient(batch);
    first ??= statistics;
    if (Number.isFinite(statistics.loss)) ({ gradNorm } = await learner.update({ learningRate, maxGradNorm: config.maxGradNorm }));
    if (!Number.isFinite(gradNorm) || !Number.isFinite(statistics.loss)) {
      throw new NonFiniteUpdateError('the gradient is not a finite number, so this update was not made; try a lower learning rate');
    }
  }
  return { statistics: first as TokenStatistics, gradNorm, learningRate };
}

function groupReports(rollouts: readonly Rollout[], judged: readonly Judged[], rewards: Float32Array, advantages: Float32Array, statistics: TokenStatistics, context: StepContext): GroupReport[] {
  const columns = context.promptLength + context.completionLength - 1;
  const size = context.config.numGenerations;
  const completions = rollouts.map((rollout, row) => {
    const [start, end] = completionSpan(rollout, row, columns);
    const { verdict, terms } = judged[row] as Judged;
    const span = (array: Float32Array): number[] => Array.from(array.subarray(start, end));
    return {
      text: rollout.text, tokens: rollout.completionIds.map((id) => context.tokenizer.tokenText(id)), reward: rewards[row] as number, terms,
      advantage: advantages[row] as number, correct: verdict.correct, method: verdict.method, terminated: rollout.terminated,
      logProbs: Array.from(rollout.logProbs), refLogProbs: span(statistics.refLogProbs), entropy: span(statistics.entropy), kl: span(statistics.kl),
    };
  });
  return Array.from({ length: rollouts.length / size }, (_, g) => {
    const { prompt, answer } = (rollouts[g * size] as Rollout).example;
    return { prompt, answer, completions: completions.slice(g * size, (g + 1) * size) };
  });
}

/**
 * Runs step `step` and commits its update. A step that fails leaves the learner as it was, as far as it can still be reached.
 * Only several updates on one rollout need a copy of the state to go back to; on the GPU that is a read-back.
 */
export async function wholeStep(context: StepContext, step: number): Promise<StepResult> {
  const { learner } = context;
  const before = context.config.numIterations > 1 ? await learner.state() : null;
  try {
    return await trainStep(context, step);
  } catch (error) {
    try {
      await learner.restore(before ?? (await learner.state()));
    } catch {
      // The learner is gone, and why is what `error` tells.
    }
    throw error;
  }
}

/** The stages of step `step`, in order. */
export async function trainStep(context: StepContext, step: number): Promise<StepResult> {
  const { config, task, algorithm, tokenizer, learner, now } = context;
  const clock = [now()];
  const lap = () => clock.push(now());
  const examples = stepExamples(task, config.difficulty, config.seed, step, config.promptsPerStep);
  const asked = rolloutBatch(tokenizer, examples, {
    key: [config.seed, 'rollout', step], samples: config.numGenerations, completionLength: context.completionLength, temperature: config.temperature, policy: 'adapted',
  });
  const rollouts = readRollouts(tokenizer, examples, asked, await learner.sample(asked));
  lap();
  const judged = rollouts.map((rollout) => judge(task, config.rewardWeights, rollout));
  const earned = Float32Array.from(judged, ({ reward }) => reward);
  const rewards = config.shuffleRewards ? shuffledRewards(earned, config.seed, step) : earned;
  const advantages = algorithm.advantages(rewards, config.numGenerations, completionShapes(rollouts));
  const batch = gradientBatch(context, rollouts, rewards, advantages);
  await learner.score(batch);
  lap();
  const { statistics, gradNorm, learningRate } = await updates(context, batch, step);
  lap();
  const [started, rolledOut, scored, updated] = clock as [number, number, number, number];
  const seconds = (updated - started) / 1000;
  const tokens = rollouts.reduce((sum, { promptIds, completionIds }) => sum + promptIds.length + completionIds.length, 0);
  const columns = context.promptLength + context.completionLength - 1;
  const metrics: StepMetrics = {
    ...rewardMetrics(task, rewards, judged, config.numGenerations),
    ...lengthMetrics(rollouts),
    ...policyMetrics(statistics, { rollouts, advantages, epsilon: config.epsilon, columns }),
    grad_norm: gradNorm, learning_rate: learningRate, step_time: seconds,
    'time/rollout': (rolledOut - started) / 1000, 'time/score': (scored - rolledOut) / 1000, 'time/update': (updated - scored) / 1000,
  };
  return { metrics, groups: groupReports(rollouts, judged, rewards, advantages, statistics, context), tokens, seconds };
}
