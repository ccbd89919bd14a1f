/** @file The newest adapter of a whole run, with the base that it belongs to. */
import type { Tuned } from '../../exporters/transformers.ts';
import { present } from '../../lib/assert.ts';
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
