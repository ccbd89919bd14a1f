/** @file Snapshots of a run: taken between steps, validated before a run resumes from one. */
import { z } from '../../lib/zod.ts';
import { assert } from '../../lib/assert.ts';
import { isLive, trainConfigSchema, type TrainConfig } from '../config/config.ts';
import type { LearnerState } from '../learner/learner.ts';
import { storedRolloutSchema } from '../store/stored.ts';
import type { RunSnapshot } from './trainer.ts';

const vector = z.instanceof(Float32Array).refine((data) => data.every(Number.isFinite), 'numbers that are not finite');

/** Schema of a snapshot from outside: complete, finite, with a valid configuration. */
export const snapshotSchema = z.strictObject({
  config: trainConfigSchema,
  policyHash: z.string(),
  step: z.number().int().min(0),
  tokens: z.number().int().min(0),
  memory: z.record(z.string(), z.number()),
  kept: z
    .array(storedRolloutSchema)
    .max(16 * 32 * 16)
    .optional(),
  state: z.strictObject({
    adapter: vector,
    firstMoment: vector,
    secondMoment: vector,
    updates: z.number().int().min(0),
  }),
});

/** Fields that may differ between a snapshot and the run that resumes it: they change only rounding or evaluations. */
const free: ReadonlySet<string> = new Set<keyof TrainConfig>(['shardSize', 'evalEvery', 'evalProblems']);

/** A copy that later steps do not change. */
export const copyOfState = ({ adapter, firstMoment, secondMoment, updates }: LearnerState): LearnerState => ({
  adapter: adapter.slice(),
  firstMoment: firstMoment.slice(),
  secondMoment: secondMoment.slice(),
  updates,
});

/** A copy of the snapshot, or a UsageError that names the field that does not fit the run. */
export function checkedSnapshot(
  snapshot: RunSnapshot,
  run: { config: TrainConfig; policyHash: string; adapterSize: number },
): RunSnapshot {
  const result = snapshotSchema.safeParse(snapshot);
  assert(
    result.success,
    `snapshot: ${result.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') ?? ''}`,
  );
  const { data } = result;
  assert(data.policyHash === run.policyHash, 'snapshot: it belongs to another policy file');
  const text = (value: unknown) => JSON.stringify(value);
  const names = (Object.keys(run.config) as (keyof TrainConfig)[]).filter(
    (name) => !free.has(name) && !isLive(name) && text(data.config[name]) !== text(run.config[name]),
  );
  assert(names.length === 0, `snapshot: it was taken with another ${names.join(', ')}`);
  for (const name of ['adapter', 'firstMoment', 'secondMoment'] as const) {
    assert(
      data.state[name].length === run.adapterSize,
      `snapshot: ${name}: ${run.adapterSize} numbers are needed, not ${data.state[name].length}`,
    );
  }
  return { ...data, state: copyOfState(data.state) };
}
