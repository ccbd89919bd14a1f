/**
 * @file The schema of a kept run. Everything read back is validated: the browser’s storage is outside input, like a
 * file.
 */
import { z } from '../../lib/zod.ts';
import { filesNamedBy, type TrainConfig, trainConfigSchema } from '../../rl/config/config.ts';
import { knobs } from '../../rl/config/knobs.ts';
import { completedConfig } from '../../rl/config/earlier.ts';
import { snapshotSchema } from '../../rl/run/snapshot.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { unusable } from './usable.ts';

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

const named = z.looseObject({ id: z.string(), name: z.string().catch('?'), format: z.unknown().optional() });
const settings = z.looseObject({});
const withConfig = z.looseObject({ config: settings, initial: settings.optional() });

const reasonOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ');

/** Fills in settings that were added since the run was kept. */
function completed(value: unknown): unknown {
  const known = withConfig.safeParse(value);
  if (!known.success) return value;
  const { config, initial, ...rest } = known.data;
  return { ...rest, config: completedConfig(config), ...(initial ? { initial: completedConfig(initial) } : {}) };
}

/** A kept run, or why it cannot be read; null for a value that is not a run. Never throws. */
export function readRun(value: unknown): KeptRun | UnreadableRun | null {
  const known = named.safeParse(value);
  if (!known.success) return null;
  const { id: runId, name, format } = known.data;
  if (format !== RUN_FORMAT)
    return {
      id: runId,
      name,
      reason: `It was kept by another version of this page (format ${typeof format === 'object' ? 'unknown' : String(format)}, this page reads ${RUN_FORMAT}).`,
    };
  const result = runSchema.safeParse(completed(value));
  const reason = result.success
    ? (unusable(result.data.config) ?? unusable(result.data.initial))
    : reasonOf(result.error);
  return result.success && reason === null
    ? result.data
    : { id: runId, name, reason: `It does not fit this version of the page: ${reason}.` };
}

/** The code in a configuration: reward terms in JavaScript, and an objective. */
export const codeOf = ({
  ownTerms,
  objectiveText,
}: Pick<TrainConfig, 'ownTerms' | 'objectiveText'>): readonly { readonly name: string; readonly code: string }[] => [
  ...Object.entries(ownTerms).map(([name, { code }]) => ({ name, code })),
  ...(objectiveText.trim() === '' ? [] : [{ name: 'objective', code: objectiveText }]),
];

const naming = z
  .looseObject({ rolloutFile: z.string().default(''), task: z.string().default('') })
  .optional()
  .catch(undefined);
const namingRun = z.looseObject({ config: naming, initial: naming });

/** SHA-256 of the files that a kept run names, also of a run that this version cannot read. */
export function namedFilesOf(value: unknown): readonly string[] {
  const { data } = namingRun.safeParse(value);
  return [data?.config, data?.initial].flatMap((config) => (config ? filesNamedBy(config) : []));
}

/** Ids of the tasks of a kept run. */
export function namedTasksOf(value: unknown): readonly string[] {
  const { data } = namingRun.safeParse(value);
  return [data?.config, data?.initial].flatMap((config) => (config ? [config.task] : []));
}

export const isReadable = (run: KeptRun | UnreadableRun): run is KeptRun => !('reason' in run);

/** The valid rows, in the order of their steps. */
export function readRows(values: readonly unknown[]): Row[] {
  return values.flatMap((value) => {
    const { success, data } = rowSchema.safeParse(value);
    if (!success) return [];
    const { thin, ...row } = data;
    return [thin ? { ...row, thin } : row];
  });
}

/** A kept snapshot, or null where it is damaged or of an unknown shape. */
export function readSnapshot(value: unknown): RunSnapshot | null {
  const whole = completed(value);
  // Snapshots of older versions have no `memory`.
  const { data } = snapshotSchema.safeParse(whole && typeof whole === 'object' ? { memory: {}, ...whole } : whole);
  return data && data.step <= knobs.maxSteps.max && unusable(data.config) === null ? data : null;
}
