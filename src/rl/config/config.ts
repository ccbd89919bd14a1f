/** @file Everything a run is a function of: the schema of its configuration, and its defaults. */
import { z } from '../../lib/zod.ts';
import { shasOf } from '../../tasks/fileId.ts';
import { choiceNames, choices, type ChoiceName } from './choices.ts';
import type { Knob } from './knob.ts';
import { type KnobName, knobNames, knobs } from './knobs.ts';
import { schedulesSchema } from './schedules.ts';
import { checkStages, stagesSchema } from './stages.ts';
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

const runShape = {
  ...knobShape,
  ...choiceShape,
  /** Id of the algorithm, a file of `papers/`. */
  algorithm: z.string().regex(/^[a-zA-Z0-9]{1,40}$/, 'algorithm: letters and digits'),
  /** A custom objective as text, see `formula/`; empty for the algorithm's. */
  objectiveText: z.string().max(4000, 'objective: at most 4000 characters'),
  /** The algorithm's settings by id, as far as they differ from its defaults. */
  settings: z.record(
    z.string().regex(/^[a-z0-9_]{1,40}$/, 'settings: lower-case letters, digits and underscores'),
    z.number('settings: numbers are needed').min(-1e6, 'settings: at least -1e6').max(1e6, 'settings: at most 1e6'),
  ),
  /** Numbers that move over the steps, by id; others are constant. */
  schedules: schedulesSchema,
  /** Id of the base policy, a folder under `public/policies`. */
  policy: z.string().regex(/^[a-z0-9-]{1,40}$/, 'policy: lower-case letters, digits and dashes'),
  /** Id of a task; that of a file ends with its SHA-256. */
  task: z.string().regex(/^[a-z0-9-]{1,160}$/, 'task: lower-case letters, digits and dashes'),
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
};

/** Fields that have one value for all stages of a run. */
const sharedNames = [
  'seed',
  'rank',
  'alpha',
  'rsLora',
  'maxSteps',
  'objectiveText',
  'policy',
  'rolloutFile',
  'ownTerms',
  'shardSize',
  'evalEvery',
  'evalProblems',
] as const satisfies readonly (keyof typeof runShape)[];

type StageShape = Omit<typeof runShape, (typeof sharedNames)[number]>;

const stageShape = Object.fromEntries(
  Object.entries(runShape)
    .filter(([name]) => !sharedNames.some((shared) => shared === name))
    .map(([name, schema]) => [name, z.exactOptional(schema)]),
) as { [Name in keyof StageShape]: z.ZodExactOptional<StageShape[Name]> };

/** Schema of a run's configuration; every configuration from outside is validated by it. */
export const trainConfigSchema = z
  .strictObject({
    ...runShape,
    /** The trainings that follow each other; absent for a single one with the settings above. */
    stages: stagesSchema(stageShape).exactOptional(),
  })
  .superRefine(checkStages);

/** A complete configuration. */
export type TrainConfig = z.infer<typeof trainConfigSchema>;

/** One training of a run of stages: its settings where they differ from the run's, its reference and its end. */
export type Stage = NonNullable<TrainConfig['stages']>[number];

/** Steps between two checkpoints, and so the most that a crash loses. */
export const CHECKPOINT_EVERY = 10;

/** Whether a change of this field acts at the next step; other fields need a new run. */
export const isLive = (name: string): boolean =>
  name === 'settings' ||
  name === 'schedules' ||
  [
    ...knobNames.filter((knob) => knobs[knob].applies === 'next step'),
    ...choiceNames.filter((choice) => choices[choice].applies === 'next step'),
  ].some((live) => live === name);

/** Fields that may change during a run. */
export type LiveChanges = Partial<Pick<TrainConfig, KnobName | ChoiceName | 'settings' | 'schedules'>>;

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
  schedules: {},
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

/** SHA-256 of the files that a configuration names: the store of rollouts, the data file and its checker's text. */
export const filesNamedBy = ({
  rolloutFile,
  task,
  stages = [],
}: Pick<TrainConfig, 'rolloutFile' | 'task' | 'stages'>): readonly string[] => [
  ...(rolloutFile === '' ? [] : [rolloutFile]),
  ...new Set([task, ...stages.flatMap((stage) => stage.task ?? [])].flatMap(shasOf)),
];
