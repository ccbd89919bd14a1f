/** @file Everything a run is a function of: the schema of its configuration, and its defaults. */
import { z } from '../../lib/zod.ts';
import { choiceNames, choices, type ChoiceName } from './choices.ts';
import type { Knob } from './knob.ts';
import { type KnobName, knobNames, knobs } from './knobs.ts';
import { ownTermsSchema, termShapingSchema, weightSchema } from '../rewards/composition.ts';

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

/** The schema of a run's configuration; everything that enters from outside passes through it. */
export const trainConfigSchema = z.strictObject({
  ...knobShape,
  ...choiceShape,
  /** Id of the algorithm, a file of `papers/`. */
  algorithm: z.string().regex(/^[a-zA-Z0-9]{1,40}$/, 'algorithm: letters and digits'),
  /** A custom objective as text, see `formula/`; empty for the algorithm's. */
  objectiveText: z.string().max(4000, 'objective: at most 4000 characters'),
  /** The algorithm's own numbers by setting id, those that differ from its defaults. */
  settings: z.record(
    z.string().regex(/^[a-z0-9_]{1,40}$/, 'settings: lower-case letters, digits and underscores'),
    z.number('settings: numbers are needed').min(-1e6, 'settings: at least -1e6').max(1e6, 'settings: at most 1e6'),
  ),
  /** Id of the base policy, a folder under `public/policies`. */
  policy: z.string().regex(/^[a-z0-9-]{1,40}$/, 'policy: lower-case letters, digits and dashes'),
  /** Id of a task; that of a file ends with its SHA-256. */
  task: z.string().regex(/^[a-z0-9-]{1,80}$/, 'task: lower-case letters, digits and dashes'),
  /**
   * SHA-256 of the file of rollouts that an offline run learns from, in hexadecimal; empty where the base writes them.
   */
  rolloutFile: z.string().regex(/^([0-9a-f]{64})?$/, 'rollout_file: a SHA-256 in 64 hexadecimal digits'),
  /** Weight of each reward term by id; one of the task that is not named has its default weight, one of the user 1. */
  rewardWeights: z.record(z.string(), weightSchema),
  /**
   * What is done to the score of a reward term before it is weighed, and how its weight moves; by id, those that are
   * shaped.
   */
  rewardShaping: z.record(z.string(), termShapingSchema),
  /** Reward terms that the user wrote in JavaScript, by id. */
  ownTerms: ownTermsSchema,
  /** Control arm: rewards permuted inside the batch, which keeps their distribution and removes their meaning. */
  shuffleRewards: z.boolean(),
  /**
   * Completions per shard of a rollout and of the gradient: part of the configuration, so that the number of workers
   * changes no bit.
   */
  shardSize: whole('shard_size', 1, 128),
  /** Held-out evaluation every so many steps; 0 switches it off. */
  evalEvery: whole('eval_every', 0, 1000),
  /** Held-out problems in the evaluation while training. */
  evalProblems: whole('eval_problems', 8, 2048),
});

/** A complete configuration. */
export type TrainConfig = z.infer<typeof trainConfigSchema>;

/** Steps between two checkpoints; a crash loses at most so many, and they are trained again. */
export const CHECKPOINT_EVERY = 10;

/** Whether a change of this field acts at the next step; all others need a new run. */
export const isLive = (name: string): boolean =>
  name === 'settings' ||
  [
    ...knobNames.filter((knob) => knobs[knob].applies === 'next step'),
    ...choiceNames.filter((choice) => choices[choice].applies === 'next step'),
  ].some((live) => live === name);

/** What may change while a run goes on. */
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
