/**
 * @file The configuration of a run: every number with default, range, unit and a sentence. Forms, links and the command
 * line read it.
 */
import { z } from '../../lib/zod.ts';
import { choiceNames, choices, type ChoiceName } from './choices.ts';
import { ownTermsSchema, termShapingSchema, weightSchema } from '../rewards/composition.ts';

/** A number of the form. `applies`: a change during a run acts at the next step, or needs a new run. */
export interface Knob {
  /** TRL's name where it has one; used in files, links and texts. */
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
  readonly applies: 'next step' | 'restart';
  /** Its effect on the curves, in one sentence. */
  readonly summary: string;
}

const knob = (k: Knob): Knob => k;

export const knobs = {
  seed: knob({
    id: 'seed',
    label: 'Seed',
    unit: '',
    min: 0,
    max: 2 ** 31 - 1,
    step: 1,
    default: 1,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary: 'Same seed, same settings, same backend: the same curve.',
  }),
  learningRate: knob({
    id: 'learning_rate',
    label: 'Learning rate',
    unit: '',
    min: 0,
    max: 0.02,
    step: 0.0001,
    default: 0.001,
    scale: 'log',
    integer: false,
    applies: 'next step',
    summary:
      'How far one update moves the adapter; 0.01 and more usually collapses the policy, 0 is the control that cannot learn.',
  }),
  numGenerations: knob({
    id: 'num_generations',
    label: 'Group size',
    unit: 'completions',
    min: 2,
    max: 16,
    step: 1,
    default: 8,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary:
      'Completions per prompt; each is judged against the mean of its group, so a larger group gives a steadier baseline.',
  }),
  promptsPerStep: knob({
    id: 'prompts_per_step',
    label: 'Prompts per step',
    unit: 'prompts',
    min: 1,
    max: 32,
    step: 1,
    default: 8,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary: 'Different problems in one step; more make the gradient less noisy and the step slower.',
  }),
  beta: knob({
    id: 'beta',
    label: 'KL coefficient β',
    unit: '',
    min: 0,
    max: 1,
    step: 0.01,
    default: 0,
    scale: 'linear',
    integer: false,
    applies: 'next step',
    summary: 'Pulls the policy back to its base; higher keeps KL low and slows the reward.',
  }),
  epsilon: knob({
    id: 'epsilon',
    label: 'Clip range ε',
    unit: '',
    min: 0,
    max: 1,
    step: 0.01,
    default: 0.2,
    scale: 'linear',
    integer: false,
    applies: 'next step',
    summary:
      'How far the probability ratio may move before its gradient is cut; matters from the second update on the same rollouts.',
  }),
  temperature: knob({
    id: 'temperature',
    label: 'Temperature',
    unit: '',
    min: 0.1,
    max: 2,
    step: 0.05,
    default: 1,
    scale: 'linear',
    integer: false,
    applies: 'next step',
    summary: 'Spread of the sampling; low values explore less, high values make more mistakes.',
  }),
  rank: knob({
    id: 'lora_rank',
    label: 'LoRA rank',
    unit: '',
    min: 1,
    max: 32,
    step: 1,
    default: 8,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary: 'Width of the adapter; reinforcement learning needs little.',
  }),
  alpha: knob({
    id: 'lora_alpha',
    label: 'LoRA alpha',
    unit: '',
    min: 1,
    max: 64,
    step: 1,
    default: 16,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary: 'Scale of the adapter: its output is multiplied by alpha / rank.',
  }),
  numIterations: knob({
    id: 'num_iterations',
    label: 'Updates per rollout',
    unit: 'epochs',
    min: 1,
    max: 4,
    step: 1,
    default: 1,
    scale: 'linear',
    integer: true,
    applies: 'next step',
    summary: 'Passes over the same completions; from the second on the ratio leaves 1 and the clip matters.',
  }),
  maxGradNorm: knob({
    id: 'max_grad_norm',
    label: 'Gradient clip',
    unit: '',
    min: 0.01,
    max: 10,
    step: 0.01,
    default: 1,
    scale: 'log',
    integer: false,
    applies: 'next step',
    summary: 'Largest length of the gradient; longer ones are scaled down.',
  }),
  numMinibatches: knob({
    id: 'num_mini_batches',
    label: 'Minibatches',
    unit: 'updates',
    min: 1,
    max: 8,
    step: 1,
    default: 1,
    scale: 'linear',
    integer: true,
    applies: 'next step',
    summary:
      'Updates in one pass over the completions, each on a part of them; more learn faster from one rollout and drift further from it.',
  }),
  entropyCoef: knob({
    id: 'entropy_coef',
    label: 'Entropy bonus',
    unit: '',
    min: 0,
    max: 1,
    step: 0.001,
    default: 0,
    scale: 'linear',
    integer: false,
    applies: 'restart',
    summary: 'Rewards the policy for staying undecided; keeps entropy up, too much of it keeps answers random.',
  }),
  entropyTarget: knob({
    id: 'entropy_target',
    label: 'Entropy target',
    unit: 'nats/token',
    min: 0,
    max: 4,
    step: 0.01,
    default: 0,
    scale: 'linear',
    integer: false,
    applies: 'restart',
    summary:
      'The bonus rises by small steps while entropy is below this and rests above it; 0 switches the control off.',
  }),
  topEntropyQuantile: knob({
    id: 'top_entropy_quantile',
    label: 'Share of undecided tokens',
    unit: 'share',
    min: 0.01,
    max: 1,
    step: 0.01,
    default: 1,
    scale: 'linear',
    integer: false,
    applies: 'restart',
    summary: 'Only this share of the tokens, those with the highest entropy, is learnt from; 1 is all.',
  }),
  klTarget: knob({
    id: 'kl_target',
    label: 'KL target',
    unit: 'nats/token',
    min: 0.0001,
    max: 5,
    step: 0.001,
    default: 0.05,
    scale: 'log',
    integer: false,
    applies: 'next step',
    summary: 'Where the adaptive control of β wants the divergence from the base to be.',
  }),
  klHorizon: knob({
    id: 'kl_horizon',
    label: 'KL horizon',
    unit: 'steps',
    min: 1,
    max: 1000,
    step: 1,
    default: 10,
    scale: 'linear',
    integer: true,
    applies: 'next step',
    summary: 'How slowly the adaptive control moves β.',
  }),
  warmupSteps: knob({
    id: 'warmup_steps',
    label: 'Warm-up',
    unit: 'steps',
    min: 0,
    max: 50,
    step: 1,
    default: 5,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary: 'Steps over which the learning rate rises from zero.',
  }),
  repetitionNgram: knob({
    id: 'repetition_ngram_size',
    label: 'Repetition of',
    unit: 'tokens',
    min: 1,
    max: 16,
    step: 1,
    default: 3,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary:
      'Tokens in a row that count as repeated when they were written before; read where the term for repetition weighs something.',
  }),
  maxSteps: knob({
    id: 'max_steps',
    label: 'Steps',
    unit: 'steps',
    min: 1,
    max: 2000,
    step: 1,
    default: 100,
    scale: 'linear',
    integer: true,
    applies: 'next step',
    summary: 'Where training stops by itself.',
  }),
  difficulty: knob({
    id: 'difficulty',
    label: 'Difficulty',
    unit: '',
    min: 1,
    max: 12,
    step: 1,
    default: 4,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary: 'Size of the problems; what it counts depends on the task.',
  }),
  lowestDifficulty: knob({
    id: 'lowest_difficulty',
    label: 'Lowest difficulty',
    unit: '',
    min: 1,
    max: 12,
    step: 1,
    default: 1,
    scale: 'linear',
    integer: true,
    applies: 'restart',
    summary: 'Where a mixture of difficulties begins, or at the task’s easiest; it ends at the set difficulty.',
  }),
  promptPool: knob({
    id: 'prompt_pool',
    label: 'Pool of prompts',
    unit: 'prompts',
    min: 16,
    max: 2048,
    step: 1,
    default: 256,
    scale: 'log',
    integer: true,
    applies: 'restart',
    summary: 'Prompts whose pass rate is recorded; a small pool is asked again and again.',
  }),
  passRateMin: knob({
    id: 'pass_rate_min',
    label: 'Pass rate from',
    unit: 'share',
    min: 0,
    max: 1,
    step: 0.01,
    default: 0.2,
    scale: 'linear',
    integer: false,
    applies: 'next step',
    summary: 'Prompts that are answered right less often are left for later.',
  }),
  passRateMax: knob({
    id: 'pass_rate_max',
    label: 'Pass rate to',
    unit: 'share',
    min: 0,
    max: 1,
    step: 0.01,
    default: 0.8,
    scale: 'linear',
    integer: false,
    applies: 'next step',
    summary: 'Prompts that are answered right more often are left out.',
  }),
  secLearningRate: knob({
    id: 'sec_learning_rate',
    label: 'Bandit’s α',
    unit: '',
    min: 0.01,
    max: 1,
    step: 0.01,
    default: 0.5,
    scale: 'linear',
    integer: false,
    applies: 'next step',
    summary: 'Learning rate of the bandit: share of the newest step in what it holds a difficulty to be worth.',
  }),
  secTemperature: knob({
    id: 'sec_temperature',
    label: 'Bandit’s τ',
    unit: '',
    min: 0.01,
    max: 10,
    step: 0.01,
    default: 1,
    scale: 'log',
    integer: false,
    applies: 'next step',
    summary: 'Temperature of the bandit: low values make it go for the best difficulty, high ones mix all.',
  }),
  verifierErrorRate: knob({
    id: 'verifier_error_rate',
    label: 'Verifier’s errors',
    unit: 'share',
    min: 0,
    max: 1,
    step: 0.01,
    default: 0,
    scale: 'linear',
    integer: false,
    applies: 'restart',
    summary: 'Share of the training completions that are judged wrongly; held-out problems are always judged rightly.',
  }),
} satisfies Record<string, Knob>;

export type KnobName = keyof typeof knobs;
export const knobNames = Object.keys(knobs) as KnobName[];

const numberSchema = ({ id, min, max, integer }: Pick<Knob, 'id' | 'min' | 'max' | 'integer'>) => {
  const number = z
    .number({ error: `${id}: a number is needed` })
    .min(min, `${id}: at least ${min}`)
    .max(max, `${id}: at most ${max}`);
  return integer ? number.int(`${id}: a whole number is needed`) : number;
};
const whole = (id: string, min: number, max: number) => numberSchema({ id, min, max, integer: true });

const knobShape = Object.fromEntries(knobNames.map((name) => [name, numberSchema(knobs[name])])) as Record<
  KnobName,
  ReturnType<typeof numberSchema>
>;

const choiceShape = Object.fromEntries(
  choiceNames.map((name) => {
    const { id, options } = choices[name];
    const ids = options.map((option) => option.id);
    return [name, z.string().refine((word) => ids.includes(word), `${id}: one of ${ids.join(', ')}`)];
  }),
) as Record<ChoiceName, z.ZodString>;

/** Schema of a run's configuration; every configuration from outside is validated by it. */
export const trainConfigSchema = z.strictObject({
  ...knobShape,
  ...choiceShape,
  /** Id of the algorithm, a file of `papers/`. */
  algorithm: z.string().regex(/^[a-zA-Z0-9]{1,40}$/, 'algorithm: letters and digits'),
  /** The user's objective as text, see `formula/`; empty for the algorithm's own. */
  objectiveText: z.string().max(4000, 'objective: at most 4000 characters'),
  /** The algorithm's settings by id, as far as they differ from its defaults. */
  settings: z.record(
    z.string().regex(/^[a-z0-9_]{1,40}$/, 'settings: lower-case letters, digits and underscores'),
    z.number('settings: numbers are needed').min(-1e6, 'settings: at least -1e6').max(1e6, 'settings: at most 1e6'),
  ),
  /** Id of the base policy, a folder under `public/policies`. */
  policy: z.string().regex(/^[a-z0-9-]{1,40}$/, 'policy: lower-case letters, digits and dashes'),
  task: z.string().regex(/^[a-z0-9-]{1,40}$/, 'task: lower-case letters, digits and dashes'),
  /**
   * SHA-256, in hexadecimal, of the rollout file that an offline run trains on; empty if the base samples the rollouts.
   */
  rolloutFile: z.string().regex(/^([0-9a-f]{64})?$/, 'rollout_file: a SHA-256 in 64 hexadecimal digits'),
  /** Weight of each reward term by id; unnamed terms have their default weight, the user's have 1. */
  rewardWeights: z.record(z.string(), weightSchema),
  /** Shaping of a reward term's score and the schedule of its weight, by id; plain terms are not listed. */
  rewardShaping: z.record(z.string(), termShapingSchema),
  /** The user's reward terms in JavaScript, by id. */
  ownTerms: ownTermsSchema,
  /** Control arm: permutes rewards within the batch, which keeps their distribution and removes their information. */
  shuffleRewards: z.boolean(),
  /**
   * Completions per shard of a rollout and of the gradient; in the configuration, so that results do not depend on the
   * number of workers.
   */
  shardSize: whole('shard_size', 1, 128),
  /** Steps between held-out evaluations; 0 for none. */
  evalEvery: whole('eval_every', 0, 1000),
  /** Problems of a held-out evaluation during training. */
  evalProblems: whole('eval_problems', 8, 2048),
});

/** A complete configuration. */
export type TrainConfig = z.infer<typeof trainConfigSchema>;

/** Steps between two checkpoints, and so the most that a crash loses. */
export const CHECKPOINT_EVERY = 10;

/** Whether a change of this field acts at the next step; other fields need a new run. */
export const isLive = (name: string): boolean =>
  name === 'settings' ||
  [
    ...knobNames.filter((knob) => knobs[knob].applies === 'next step'),
    ...choiceNames.filter((choice) => choices[choice].applies === 'next step'),
  ].some((live) => live === name);

/** Fields that may change during a run. */
export type LiveChanges = Partial<Pick<TrainConfig, KnobName | ChoiceName | 'settings'>>;

const knobDefaults = Object.fromEntries(knobNames.map((name) => [name, knobs[name].default])) as Record<
  KnobName,
  number
>;

const choiceDefaults = Object.fromEntries(choiceNames.map((name) => [name, choices[name].default])) as Record<
  ChoiceName,
  string
>;

export const defaultConfig: TrainConfig = {
  ...knobDefaults,
  ...choiceDefaults,
  algorithm: 'grpo',
  objectiveText: '',
  settings: {},
  policy: 'default',
  task: 'sums',
  rolloutFile: '',
  rewardWeights: {},
  rewardShaping: {},
  ownTerms: {},
  shuffleRewards: false,
  shardSize: 32,
  evalEvery: 10,
  evalProblems: 64,
};

/** A named starting point: its differences from the default configuration. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Its lesson for people; its figures are measured. */
  readonly summary: string;
  readonly config: Partial<TrainConfig>;
}

export const presets: readonly Preset[] = [
  {
    id: 'default',
    title: 'Thinking pays',
    summary:
      'The base answers sums at once and is often wrong, or works them out and is usually right. RL finds that working it out pays.',
    config: {},
  },
  {
    id: 'chain',
    title: 'Chain arithmetic',
    summary: 'Operations applied left to right.',
    config: { task: 'chain', difficulty: 3 },
  },
  {
    id: 'countdown',
    title: 'Countdown',
    summary: 'Find an expression that hits the target.',
    config: { task: 'countdown', difficulty: 3, maxSteps: 150, promptsPerStep: 16 },
  },
  {
    id: 'formats',
    title: 'Echo chamber',
    summary:
      'The base writes sums in three formats, a third each: two are nearly always right, one often wrong. RL makes one of the right ones nearly the only one.',
    config: { task: 'formats', policy: 'echo-even', difficulty: 4, maxSteps: 60 },
  },
  {
    id: 'gridlake',
    title: 'Frozen lake',
    summary:
      'The policy writes its moves across a small frozen lake, and the page walks them. RL makes walks that arrive more frequent.',
    config: { task: 'gridlake', policy: 'text', difficulty: 4, learningRate: 0.002, maxSteps: 100, promptsPerStep: 16 },
  },
  {
    id: 'exact-seq',
    title: 'Exact optimum',
    summary:
      'Three letters of eight: 512 completions, each with its reward, so the best policy under the KL leash is known and drawn beside the one that learns.',
    config: {
      task: 'exact-seq',
      policy: 'exact-seq',
      difficulty: 3,
      algorithm: 'rloo',
      beta: 0.08,
      learningRate: 0.004,
      lrScheduler: 'linear',
      rank: 32,
      alpha: 32,
      promptsPerStep: 16,
      numGenerations: 16,
      shardSize: 128,
      maxSteps: 160,
      evalEvery: 10,
    },
  },
];

/** The configuration of a preset, or an error that lists the presets. */
export function presetConfig(id: string): TrainConfig {
  const preset = presets.find((p) => p.id === id);
  if (!preset) throw new Error(`preset: there is no "${id}"; choose one of ${presets.map((p) => p.id).join(', ')}`);
  return { ...defaultConfig, ...preset.config };
}
