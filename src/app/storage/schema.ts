/** @file The schema of a kept run; `reading.ts` validates everything that is read back. */
import { z } from '../../lib/zod.ts';
import { type TrainConfig, trainConfigSchema } from '../../rl/config/config.ts';
import { knobs } from '../../rl/config/knobs.ts';

/** Raised when the shape of a kept run changes and `readRun` cannot convert the old one. */
export const RUN_FORMAT = 1;

/** Number of run colours in charts, `--run-1` to `--run-6` of tokens.css. */
export const RUN_COLORS = 6;

const count = z.number().int().min(0);
/** Steps of a run, at most the largest `maxSteps`. */
const stepCount = count.max(knobs.maxSteps.max);
/** Milliseconds since 1970, in the range of Date. */
const moment = count.max(8.64e15);
/** Bounds far beyond any metric; sums and axes would overflow without them. */
const metric = z.number().min(-1e150).max(1e150);
/** Whether a value is nested at most `depth` levels: code that shows and writes it recurses. */
const isShallow = (value: unknown, depth: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((inner) => isShallow(inner, depth - 1)));

const share = z.number().min(0).max(1).nullable();
const id = z.string().regex(/^[0-9a-f]{8,64}$/, 'an id in hexadecimal');
export const runName = z.string().trim().min(1, 'A name is needed.').max(60, 'At most 60 characters.');

export const runSchema = z.strictObject({
  format: z.literal(RUN_FORMAT),
  id,
  name: runName,
  /** 0 to RUN_COLORS - 1. */
  color: count.max(RUN_COLORS - 1),
  pinned: z.boolean(),
  created: moment,
  changed: moment,
  /** Version of the page that began the run. */
  codeVersion: z.string().max(60),
  preset: z.string().max(40),
  /** The current settings, and those at step 0; settings in between are in the checkpoints. */
  config: trainConfigSchema,
  initial: trainConfigSchema,
  backend: z.enum(['webgpu', 'wasm', 'node']),
  policy: z.object({
    id: z.string(),
    parameters: count,
    bytes: count,
    bits: count,
    manifest: z.record(z.string(), z.unknown()).refine((manifest) => isShallow(manifest, 12), 'nested too deeply'),
  }),
  /** Steps committed. */
  steps: stepCount,
  /** Held-out accuracy at step 0 and at the last evaluation; null where it was not measured. */
  baseAccuracy: share,
  finalAccuracy: share,
  /** The last reward, KL in nats a token, and seconds a step; absent in runs kept before the list had them. */
  last: z.strictObject({ reward: metric, kl: metric, seconds: metric }).partial().optional(),
  /** The run and step from which it was forked. */
  parent: z.strictObject({ id, name: runName, step: stepCount }).nullable(),
  /** Approximate bytes of its rows and checkpoints. */
  bytes: count,
  /** A setting other than the length was changed after the first step; absent means false. */
  adjusted: z.boolean().optional(),
  /** It came from a file and the user has not accepted its code yet; absent for runs trained here. */
  foreign: z.boolean().optional(),
});

/** A kept run without its rows and checkpoints: an entry of the list. */
export type KeptRun = z.infer<typeof runSchema>;

/** `step` is a column of its own in files, and names of Object.prototype would be found where a metric is missing. */
const metricName = z
  .string()
  .max(200)
  .regex(
    /^(?!(?:step|constructor)$)[a-z][a-z0-9_]*(@\d+)?(\/[a-z0-9_.-]+)*$/,
    'a metric is named in small letters, digits and _, its parts set apart by /',
  );
const numbers = z.record(metricName, metric);
export const rowSchema = z.strictObject({
  step: stepCount,
  values: numbers,
  ranges: z.record(metricName, z.tuple([metric, metric])),
  thin: numbers.optional(),
});

/** A kept run that this version cannot read: listed with the reason, and deletable. */
export interface UnreadableRun {
  readonly id: string;
  readonly name: string;
  readonly reason: string;
}

/** The code in a configuration: reward terms in JavaScript, and an objective. */
export const codeOf = ({
  ownTerms,
  objectiveText,
}: Pick<TrainConfig, 'ownTerms' | 'objectiveText'>): readonly { readonly name: string; readonly code: string }[] => [
  ...Object.entries(ownTerms).map(([name, { code }]) => ({ name, code })),
  ...(objectiveText.trim() === '' ? [] : [{ name: 'objective', code: objectiveText }]),
];

export const isReadable = (run: KeptRun | UnreadableRun): run is KeptRun => !('reason' in run);
