/**
 * @file Kept runs as they are read back. Everything is validated: the browser’s storage is outside input, like a file.
 * The first view does not need it.
 */
import { z } from '../../lib/zod.ts';
import { filesNamedBy } from '../../rl/config/config.ts';
import { completedConfig } from '../../rl/config/earlier.ts';
import { knobs } from '../../rl/config/knobs.ts';
import { snapshotSchema } from '../../rl/run/snapshot.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { type KeptRun, rowSchema, RUN_FORMAT, runSchema, type UnreadableRun } from './schema.ts';
import { unusable } from './usable.ts';

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
