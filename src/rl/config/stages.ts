/** @file The stages of a run: trainings that follow each other, each with its differences from the run's settings. */
import { z } from '../../lib/zod.ts';
import { scheduleSteps } from '../words/schedule.ts';

/** Most stages of a run. */
export const MAX_STAGES = 12;

const whole = (id: string, min: number, max: number) =>
  z
    .number({ error: `${id}: a number is needed` })
    .int(`${id}: a whole number is needed`)
    .min(min, `${id}: at least ${min}`)
    .max(max, `${id}: at most ${max}`);

/** Rules on held-out problems that end a stage before its last step. */
const stopSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('accuracy'),
      at: z.number('stop: an accuracy from 0 to 1 is needed').min(0, 'stop: at least 0').max(1, 'stop: at most 1'),
    }),
    z.strictObject({ kind: z.literal('plateau'), evaluations: whole('stop', 1, 100) }),
  ],
  'stop: accuracy:SHARE or plateau:EVALUATIONS is needed',
);

/** Ends a stage at a held-out accuracy, or after so many evaluations in a row without a new best. */
export type Stop = z.infer<typeof stopSchema>;

const endShape = {
  /** Steps at most. The last stage has none: it ends with the run. */
  steps: whole('steps', scheduleSteps.min, scheduleSteps.max).exactOptional(),
  /** The policy that KL penalties, pairs and stored rollouts refer to: the base, or, from 1, the end of a stage. */
  reference: whole('reference', 0, MAX_STAGES).exactOptional(),
  stop: stopSchema.exactOptional(),
  /** The adapter that it begins with: the base's, 0, or that at the end of a stage; of the stage before if absent. */
  start: whole('start', 0, MAX_STAGES).exactOptional(),
};

/** Why a stage has a field that it cannot have; undefined for other issues. */
const unknownIn = ({ code, keys = [] }: { readonly code: string; readonly keys?: readonly string[] }) =>
  code === 'unrecognized_keys' ? `${keys.join(', ')}: no setting that a stage has of its own` : undefined;

/** Schema of stages; `own` are the settings that a stage may have of its own. */
export const stagesSchema = <Own extends z.ZodRawShape>(own: Own) =>
  z
    .array(z.strictObject({ ...own, ...endShape }, { error: (issue) => unknownIn(issue) }))
    .min(1, 'stages: at least one is needed')
    .max(MAX_STAGES, `stages: at most ${MAX_STAGES}`);

interface Staged {
  readonly maxSteps: number;
  readonly stages?: readonly { readonly steps?: number; readonly reference?: number; readonly start?: number }[];
}

/** Steps of all stages but the last. */
const stepsBeforeLast = (stages: NonNullable<Staged['stages']>): number =>
  stages.slice(0, -1).reduce((sum, { steps = 0 }) => sum + steps, 0);

/** Steps of the last stage: the run's without those of the stages before. */
export const lastStageSteps = ({ maxSteps, stages = [] }: Staged): number => maxSteps - stepsBeforeLast(stages);

/** Adds an issue for stages without a length, for references to later stages, and for more steps than the run has. */
export function checkStages(config: Staged, context: z.RefinementCtx): void {
  const { stages = [], maxSteps } = config;
  const complain = (stage: number, message: string) =>
    context.addIssue({ code: 'custom', message, path: ['stages', stage] });
  stages.forEach(({ steps, reference = 0, start = 0 }, i) => {
    const isLast = i === stages.length - 1;
    if (!isLast && steps === undefined) complain(i, 'steps: a number is needed, since another stage follows');
    if (isLast && steps !== undefined) complain(i, 'steps: the last stage ends at max_steps');
    for (const [field, stage] of Object.entries({ reference, start }))
      if (stage > i) complain(i, `${field}: 0 for the base or an earlier stage, not ${stage}`);
  });
  if (stages.length > 0 && lastStageSteps(config) < 1)
    complain(stages.length - 1, `steps: the stages before it take all ${maxSteps} steps of the run`);
}

/** The message of a configuration's issue, after the number of its stage. */
export const complaintOf = ({ path: [field, stage], message }: Pick<z.core.$ZodIssue, 'path' | 'message'>): string =>
  field === 'stages' && typeof stage === 'number' ? `stage ${stage + 1}: ${message}` : message;
