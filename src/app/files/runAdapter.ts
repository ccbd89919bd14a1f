/** @file The base of a whole run and its newest adapter. */
import type { Tuned } from '../../exporters/transformers.ts';
import { assert, present } from '../../lib/assert.ts';
import type { Checkpoint } from '../../policy/checkpoint.ts';
import { parsePolicyConfig, type PolicyConfig } from '../../policy/config.ts';
import type { AdapterOrigin } from '../../policy/peft.ts';
import { loraOf } from '../../rl/algorithm/configured.ts';
import { policySlot } from '../../rl/words/slots.ts';
import type { WholeRun } from './runFile.ts';

export interface RunAdapter {
  readonly config: PolicyConfig;
  readonly tuned: Tuned;
  readonly origin: AdapterOrigin;
}

/** The adapter at the newest checkpoint; null without a checkpoint. */
export function adapterOf({ run, snapshots }: WholeRun): RunAdapter | null {
  const snapshot = snapshots.at(-1);
  if (!snapshot) return null;
  const flat = present(snapshot.state[policySlot], 'the policy’s slot').parameters;
  return {
    config: parsePolicyConfig(run.policy.manifest['config']),
    tuned: { lora: loraOf(snapshot.config), flat },
    origin: { policy: run.policy.id, policyHash: snapshot.policyHash },
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
