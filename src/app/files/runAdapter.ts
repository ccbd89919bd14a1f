/** @file The base of a whole run and its newest adapter. */
import type { Tuned } from '../../exporters/transformers.ts';
import { assert, present } from '../../lib/assert.ts';
import { z } from '../../lib/zod.ts';
import type { Checkpoint } from '../../policy/checkpoint.ts';
import { parsePolicyConfig, type PolicyConfig } from '../../policy/config.ts';
import type { AdapterOrigin } from '../../policy/peft.ts';
import { loraOf, trainsAll } from '../../rl/algorithm/configured.ts';
import { policySlot } from '../../rl/words/slots.ts';
import type { WholeRun } from './runFile.ts';

export interface RunAdapter {
  readonly config: PolicyConfig;
  readonly tuned: Tuned;
  readonly origin: AdapterOrigin;
  /** Of a base from the hub. */
  readonly baseName?: string;
}

const hubSchema = z.looseObject({ hub: z.looseObject({ name: z.string() }) });

/** Id of the run’s base on the hub, or name of its folder; undefined for a base of this project. */
export const hubNameOf = ({ run }: Pick<WholeRun, 'run'>): string | undefined =>
  hubSchema.safeParse(run.policy.manifest).data?.hub.name;

/** The adapter at the newest checkpoint; null without a checkpoint. */
export function adapterOf(whole: WholeRun): RunAdapter | null {
  const { run, snapshots } = whole;
  const [snapshot, baseName] = [snapshots.at(-1), hubNameOf(whole)];
  if (!snapshot) return null;
  assert(!trainsAll(snapshot.config), 'this run trains all weights, so it has no adapter to save');
  const flat = present(snapshot.state[policySlot], 'the policy’s slot').parameters;
  return {
    config: parsePolicyConfig(run.policy.manifest['config']),
    tuned: { lora: loraOf(snapshot.config), flat },
    origin: { policy: run.policy.id, policyHash: snapshot.policyHash },
    ...(baseName === undefined ? {} : { baseName }),
  };
}

/** UsageError unless the checkpoint is the base that the run was trained on. */
export function checkBase({ run, snapshots }: WholeRun, { manifest }: Checkpoint): void {
  const trained = snapshots.at(-1)?.policyHash ?? run.policy.manifest['sha256'];
  assert(
    trained === manifest.sha256,
    `the run was trained on the base "${run.policy.id}" with the SHA-256 ${String(trained)}, and this one has ${manifest.sha256}`,
  );
}
