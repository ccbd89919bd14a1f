/** @file Snapshots of a run: taken between steps, validated before a run resumes from one. */
import { z } from '../../lib/zod.ts';
import { assert, UsageError } from '../../lib/assert.ts';
import { isLive, trainConfigSchema, type TrainConfig } from '../config/config.ts';
import { checkState, copyOfState, learnerStateSchema, type SlotSizes } from '../learner/state.ts';
import { storedRolloutSchema } from '../store/stored.ts';
import type { RunSnapshot } from './trainer.ts';

/** A snapshot from outside: complete, finite, of a valid configuration. */
export const snapshotSchema = z.strictObject({
  config: trainConfigSchema,
  policyHash: z.string(),
  step: z.number().int().min(0),
  tokens: z.number().int().min(0),
  memory: z.record(z.string(), z.number()).refine(({ stage = 0 }) => Number.isInteger(stage) && stage >= 0, {
    message: 'stage: a whole number is needed',
  }),
  kept: z
    .array(storedRolloutSchema)
    .max(16 * 32 * 16)
    .optional(),
  state: learnerStateSchema,
});

/**
 * Settings that may differ between a snapshot and the run that goes on from it: they change rounding or the
 * display, not the training.
 */
const free: ReadonlySet<string> = new Set<keyof TrainConfig>(['shardSize', 'evalEvery', 'evalProblems']);

/** A snapshot from outside, or a UsageError that names its wrong fields. */
export function readSnapshot(snapshot: unknown): RunSnapshot {
  const result = snapshotSchema.safeParse(snapshot);
  assert(
    result.success,
    `snapshot: ${result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? ''}`,
  );
  return result.data;
}

/** A copy of the snapshot, or a UsageError that names what does not fit the run. */
export function checkedSnapshot(
  snapshot: RunSnapshot,
  run: { config: TrainConfig; policyHash: string; slots: SlotSizes },
): RunSnapshot {
  const data = readSnapshot(snapshot);
  assert(data.policyHash === run.policyHash, 'snapshot: it belongs to another policy file');
  const text = (value: unknown) => JSON.stringify(value);
  const names = (Object.keys({ ...data.config, ...run.config }) as (keyof TrainConfig)[]).filter(
    (name) => !free.has(name) && !isLive(name) && text(data.config[name]) !== text(run.config[name]),
  );
  assert(names.length === 0, `snapshot: it was taken with another ${names.join(', ')}`);
  const { stage_begun: begun = 0 } = data.memory;
  assert(Number.isInteger(begun) && begun >= 0 && begun <= data.step, `snapshot: its stage began at step ${begun}`);
  try {
    checkState(data.state, run.slots);
  } catch (cause) {
    if (cause instanceof UsageError) throw new UsageError(`snapshot: ${cause.message}`, { cause });
    throw cause;
  }
  const missing = Object.keys(run.slots).filter((slot) => !(slot in data.state));
  assert(missing.length === 0, `snapshot: the slots ${missing.join(', ')} are missing`);
  return { ...data, state: copyOfState(data.state) };
}
