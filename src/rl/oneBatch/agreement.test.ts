/**
 * @file One update of training and `npm run objective` on the same batch: loss, gradient and metrics agree for every
 * algorithm, every estimator and every choice; what one refuses the other refuses.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { present, UsageError } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { taskById } from '../../tasks/index.ts';
import { tinyCheckpoint, tinyConfig } from '../../../testing/tinyRun.ts';
import { algorithmOf, type AlgorithmChoice } from '../algorithm/compose.ts';
import { algorithmChoice, loraOf, withAlgorithm } from '../algorithm/configured.ts';
import { settingValues } from '../algorithm/settingValues.ts';
import { type ChoiceName, choices } from '../config/choices.ts';
import type { TrainConfig } from '../config/config.ts';
import { LocalLane } from '../learner/lane.ts';
import { ShardedLearner } from '../learner/shardedLearner.ts';
import { batchMetrics } from '../metrics/index.ts';
import { algorithms } from '../papers/index.ts';
import { rewardTerms } from '../rewards/composition.ts';
import { noSandbox } from '../sandbox/rewardFunction.ts';
import { mostAttempts } from '../sampling/dynamic.ts';
import { withoutMaskedGroups } from '../sampling/zeroStd.ts';
import type { StepContext } from '../step/context.ts';
import { epochsOverMinibatches } from '../step/innerLoop.ts';
import { partOf } from '../step/minibatch.ts';
import { sampledBatch } from '../step/sampledBatch.ts';
import { baseRewards, greedyRewards, samplingTools } from '../step/samplingTools.ts';
import { teacherGains } from '../step/teacher.ts';
import { RolloutStore } from '../store/rolloutStore.ts';
import type { StepBatch } from '../trajectory/batch.ts';
import type { GradientBatch } from '../trajectory/tokens.ts';
import type { Samples } from '../trajectory/groups.ts';
import { lengthsOf } from '../words/lengths.ts';
import { baseSlot, policySlot } from '../words/slots.ts';
import { evaluateObjective } from './evaluateObjective.ts';
import { checkInput, type ObjectiveInput } from './objectiveInput.ts';
import { evaluationSettings, requestedObjective, words } from './objectiveSettings.ts';

const base: TrainConfig = {
  ...tinyConfig,
  // Rewards of several sizes, so that advantages are not 0.
  rewardWeights: { format: 1, length: 0.5 },
  shardSize: 16,
};
/** Room for the longest of the tasks below. */
const lengths = lengthsOf(taskById('formats'), base.difficulty, characterTokenizer());

/** A learner whose lane notes the gradient of the last batch, [size]. */
async function notingLearner(algorithm: AlgorithmChoice, critic = false) {
  const lane = new LocalLane(await createRuntime('node'));
  let gradients: Float32Array[] = [];
  const gradient = lane.gradient.bind(lane);
  lane.gradient = async (job) => {
    const result = await gradient(job);
    gradients.push(result.gradient.slice());
    return result;
  };
  const spec = {
    checkpoint: tinyCheckpoint(),
    slots: { [policySlot]: { set: { kind: 'lora' as const, lora: { ...loraOf(base), critic } }, algorithm } },
    shardSize: base.shardSize,
    ...lengths,
  };
  const learner = await ShardedLearner.create([lane], spec, 1, new Promise<never>(() => {}));
  const noted = (): number[] => {
    const [first = new Float32Array(), ...rest] = gradients;
    gradients = [];
    return Array.from(first, (g, i) => rest.reduce((sum, other) => sum + other[i]!, g));
  };
  return { learner, noted };
}

/** The learner with an adapter drawn at random; weights stay small, so that ratios are around 1. */
async function moveTo(learner: ShardedLearner, seed: number): Promise<void> {
  const { [policySlot]: state, ...others } = await learner.state();
  const { parameters, ...rest } = present(state, policySlot);
  const stream = random(seed, 'moved');
  await learner.restore({
    ...others,
    [policySlot]: { ...rest, parameters: parameters.map(() => 0.1 * stream.normal()) },
  });
}

async function contextOf(config: TrainConfig, learner: ShardedLearner): Promise<StepContext> {
  return {
    config,
    task: taskById(config.task),
    algorithm: algorithmOf(algorithmChoice(config)),
    tokenizer: characterTokenizer(),
    learner,
    sandbox: noSandbox,
    ...lengths,
    memory: {},
    kept: [],
    tokens: 0,
    store: new RolloutStore(),
    now: () => 0,
  };
}

const rowsOf = (array: ArrayLike<number>, rows: number): number[][] =>
  Array.from({ length: rows }, (_, row) =>
    Array.from({ length: array.length / rows }, (__, t) => array[(row * array.length) / rows + t]!),
  );

/** The words and numbers of a configuration, as an evaluation names them. */
function settingsOf({ config, algorithm }: StepContext, values: Readonly<Record<string, number>>, chosen?: ChoiceName) {
  const known = evaluationSettings(algorithm).map(({ id }) => id);
  const acting = ['mask_truncated_completions', 'overlong_buffer', 'reward_baseline'];
  const numbers = Object.entries(values).filter(([id]) => known.includes(id) || acting.includes(id));
  return {
    ...Object.fromEntries(numbers),
    ...(chosen ? { [choices[chosen].id]: config[chosen] } : {}),
    max_completion_length: lengths.completionLength,
  };
}

const readsDistributions = ({ klEstimator, algorithm }: TrainConfig): boolean =>
  klEstimator.startsWith('exact') || algorithm === 'gkd';

interface Trained {
  readonly context: StepContext;
  readonly samples: Samples;
  readonly batch: StepBatch;
  readonly part: GradientBatch;
  readonly loss: number;
  readonly metrics: Record<string, number>;
  readonly adapterGradient: number[];
  readonly input: ObjectiveInput;
}

/** One update on a batch whose policy has moved since it was sampled, and the same batch as plain arrays. */
async function trained(config: TrainConfig, chosen?: ChoiceName): Promise<Trained> {
  const choice = algorithmChoice(config);
  const critic = algorithmOf(choice).advantage.needs === 'critic';
  const { learner, noted } = await notingLearner(choice, critic);
  try {
    const context = await contextOf(config, learner);
    const { algorithm } = context;
    const settings = settingValues(algorithm, config, {}, 0);
    await moveTo(learner, 1);
    const samples = withoutMaskedGroups(await algorithm.sampling(samplingTools(context, 0, settings)), config);
    const { batch, penalties } = await sampledBatch(context, samples, 0, settings);
    const greedy = algorithm.advantage.needs === 'greedy' ? await greedyRewards(context, samples.groups, 0) : null;
    const ofBase =
      algorithm.advantage.needs === 'base' ? await baseRewards(context, samples.groups, 0, settings) : null;
    const gains = algorithm.advantage.needs === 'teacher' ? await teacherGains(context, samples.rows) : null;
    await moveTo(learner, 2);
    const [now, reference] = [await learner.read(batch, policySlot, true), await learner.read(batch, baseSlot, true)];
    noted();
    const result = await epochsOverMinibatches({
      learner,
      algorithm,
      batch,
      settings,
      completionLength: lengths.completionLength,
      epochs: 1,
      minibatches: 1,
      learningRate: 0,
      maxGradNorm: 1,
      random: () => random('evaluation'),
      hasMoved: true,
      now: () => 0,
    });
    const trainerLogProbs = batch.arrays.oldLogProbs!;
    const { statistics, bonus, updates } = result;
    const metrics = batchMetrics({
      algorithm,
      settings,
      batch,
      penalties,
      statistics,
      trainerLogProbs,
      bonus,
      updates,
    });
    const { rows, arrays } = batch;
    const perToken = (array: ArrayLike<number> | undefined) => (array ? rowsOf(array, rows) : undefined);
    const ofCompletion = (number: (row: Samples['rows'][number]) => number) => samples.rows.map(number);
    const distributions = readsDistributions(config)
      ? {
          logDistribution: rowsOf(now.logDistribution!, rows).map((row) => rowsOf(row, batch.columns)),
          refLogDistribution: rowsOf(reference.logDistribution!, rows).map((row) => rowsOf(row, batch.columns)),
        }
      : {};
    const experts = samples.rows.some(({ expert }) => expert);
    const isUsed = (row: number) => samples.rows[row]?.used === true;
    // Completions that settings leave out are measured all the same.
    const isMeasured = (row: number) => isUsed(row) || config.algorithm === 'dapo' || chosen === 'zeroStdGroups';
    const input = {
      logp: perToken(now.logProbs)!,
      oldLogp: perToken(arrays.oldLogProbs),
      refLogp: perToken(reference.logProbs),
      samplerLogp: perToken(arrays.samplerLogProbs),
      mask: perToken(arrays.mask)!.map((row, i) => (isMeasured(i) ? row : row.map(() => 0))),
      entropy: perToken(now.entropy),
      ...(critic ? { values: perToken(now.values), oldValues: perToken(arrays.oldValues) } : {}),
      // An expert's completions are in no group.
      ...(experts
        ? { advantages: perToken(arrays.advantages), expert: ofCompletion(({ expert }) => Number(expert)) }
        : {}),
      rewards: ofCompletion(({ reward }) => reward),
      truncated: ofCompletion(({ terminated }) => Number(!terminated)),
      rewardTerms: rewardTerms(context.task, config).map(({ id, weight }) => ({
        weight,
        scores: ofCompletion(({ shapedTerms }) => shapedTerms[id] ?? 0),
      })),
      ...(greedy ? { greedyRewards: Array.from(greedy) } : {}),
      ...(ofBase ? { baseRewards: ofBase } : {}),
      ...(gains ? { teacherLogp: perToken(gains.map((gain, i) => gain + arrays.oldLogProbs![i]!)) } : {}),
      ...(algorithm.pairs
        ? {
            chosen: batch.shapes.map((_, row) =>
              Number(batch.order.indexOf(row) % 2 === 0 && batch.order.includes(row)),
            ),
            rejected: batch.shapes.map((_, row) => Number(isUsed(row) && batch.order.indexOf(row) % 2 === 1)),
          }
        : {}),
      ...distributions,
      settings: { ...settingsOf(context, settings, chosen), num_generations: config.numGenerations },
    } as ObjectiveInput;
    const part = partOf(batch, batch.order, algorithm, lengths.completionLength, settings) as GradientBatch;
    return { context, samples, batch, part, loss: statistics.loss, metrics, adapterGradient: noted(), input };
  } finally {
    await learner.dispose();
  }
}

/** Terms through which the adapter moves the loss beside the log-probabilities of the tokens. */
const otherPaths = (config: TrainConfig, { algorithm }: StepContext): boolean =>
  config.entropyCoef > 0 || readsDistributions(config) || algorithm.advantage.needs === 'critic';

describe('one update and one evaluation agree', () => {
  let runtime: Runtime;
  let linear: Awaited<ReturnType<typeof notingLearner>>;
  beforeAll(async () => {
    runtime = await createNodeRuntime();
    linear = await notingLearner({ id: 'reinforce', objectiveText: '-A * logp' });
    await moveTo(linear.learner, 2);
  });
  afterAll(async () => {
    await linear.learner.dispose();
    await runtime.dispose();
  });

  /** The adapter's gradient of sum g lp, g being the gradient in the log-probabilities, [rows][columns]. */
  async function carried({ batch, part }: Trained, grad: readonly (readonly number[])[]): Promise<number[]> {
    const advantages = Float32Array.from(
      batch.order.flatMap((row) => grad[row] ?? []),
      (g) => -g,
    );
    const weights = part.arrays.mask!;
    linear.noted();
    await linear.learner.score(part);
    await linear.learner.gradient({ ...part, arrays: { ...part.arrays, advantages, weights }, settings: {} });
    return linear.noted();
  }

  async function check(config: TrainConfig, chosen?: ChoiceName): Promise<void> {
    const one = await trained(config, chosen);
    const { loss, grad, metrics } = await evaluateObjective(runtime, config.algorithm, one.input);
    const close = (value: number) =>
      expect.closeTo(value, 4 - Math.max(0, Math.ceil(Math.log10(Math.abs(value) + 1e-9))));
    expect(loss).toEqual(close(one.loss));
    // Unused rows are measured in training, and are no part of the evaluation.
    const isWhole = one.samples.rows.every(({ used }) => used) || config.algorithm === 'dapo';
    const names = Object.keys(one.metrics).filter((name) => isWhole || /^(rewards|clip_ratio|policy_loss)/.test(name));
    const expected = names.filter((name) => name !== 'kl_exact' || one.input.logDistribution);
    expect(metrics).toMatchObject(Object.fromEntries(expected.map((name) => [name, close(one.metrics[name]!)])));
    if (otherPaths(config, one.context)) return;
    const gradient = await carried(one, grad);
    const largest = Math.max(...one.adapterGradient.map(Math.abs));
    gradient.forEach((g, i) => expect(Math.abs(g - one.adapterGradient[i]!)).toBeLessThan(1e-6 + 2e-4 * largest));
    if (one.loss !== 0) expect(largest).toBeGreaterThan(0);
  }

  test.each(algorithms.map(({ id }) => id))('%s', async (id) => {
    // A teacher needs a control token of the task, a set of demonstrations two writers.
    const config = withAlgorithm(id === 'sdft' || id === 'cRlft' ? { ...base, task: 'formats' } : base, id);
    // No group of an untrained policy is mixed.
    await check(id === 'dapo' ? { ...config, settings: { [mostAttempts.id]: 0, overlong_buffer: 4 } } : config);
  });

  const parts = Object.entries(choices).filter(([, { id }]) => id in words);
  const cases = parts.flatMap(([name, { options }]) =>
    options.map((option) => [name as ChoiceName, option.id] as const),
  );
  test.each(cases)('GRPO with %s %s', async (name, option) => {
    const extra = name === 'klBiasCorrection' || name.startsWith('kl') ? { beta: 0.3 } : {};
    await check({ ...base, ...extra, [name]: option }, name);
  });

  test.each([
    ['entropy bonus', { entropyCoef: 0.1 }],
    ['most uncertain tokens', { topEntropyQuantile: 0.4 }],
    ['both', { entropyCoef: 0.1, topEntropyQuantile: 0.4 }],
  ])('GRPO with %s', async (_, changes) => check({ ...base, ...changes }));

  test('the evaluation refuses exactly the choices that composition refuses', () => {
    const checked = checkInput({ logp: [[-1]] });
    const attempt = (make: () => unknown): string | null => {
      try {
        make();
        return null;
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        return (error as Error).message;
      }
    };
    let refused = 0;
    for (const paper of algorithms) {
      for (const [name, option] of cases) {
        const composed = attempt(() => algorithmOf(algorithmChoice({ ...base, algorithm: paper.id, [name]: option })));
        const settings = { [choices[name].id]: option };
        expect(
          attempt(() => requestedObjective(paper, { ...checked, settings })),
          `${paper.id} ${option}`,
        ).toBe(composed);
        refused += Number(composed !== null);
      }
    }
    expect(refused).toBeGreaterThan(50);
    expect(cases.length).toBeGreaterThan(40);
  });
});
