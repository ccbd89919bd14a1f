/** @file The policy that every engine runs: the shipped default, its weights as float32 and an adapter mid-run. */
import { random } from '../../src/lib/random.ts';
import { type Checkpoint, encodeCheckpoint } from '../../src/policy/checkpoint.ts';
import { weightNames } from '../../src/policy/config.ts';
import { adapterLayout, initialAdapter } from '../../src/policy/lora.ts';
import { type LoraConfig, loraTargets } from '../../src/policy/loraConfig.ts';
import { dequantizeLinear } from '../../src/policy/quantize.ts';
import { presetConfig } from '../../src/rl/config/presets.ts';
import type { SlotState } from '../../src/rl/learner/state.ts';
import { STEPS } from './steps.ts';
import type { Numbers } from './store.ts';

const { rank, alpha } = presetConfig('default');

/** The adapter of the default preset, on all seven linears of a block. */
export const lora: LoraConfig = { rank, alpha, targets: loraTargets };

/** Spread of B in the made-up adapter: large enough that A has a gradient, small enough that the policy still works. */
const SPREAD = 0.02;

/** The weights in float32 by name, `weight.<name>`; linear ones are [in, out]. */
export function denseWeights({ config, weights }: Checkpoint): Record<string, Numbers> {
  return Object.fromEntries(
    weightNames(config).map(({ name, shape }) => {
      const weight = weights.get(name);
      if (!weight) throw new Error(`the policy has no weight ${name}`);
      const data = weight.kind === 'dense' ? weight.data : dequantizeLinear(weight);
      return [`weight.${name}`, { shape, data }];
    }),
  );
}

/** An adapter away from zero without momentum, so that an update shows the gradient, with a settled second moment. */
export function midRunState({ config }: Checkpoint): SlotState {
  const layout = adapterLayout(config, lora);
  const stream = random('bench', 'adapter');
  const parameters = initialAdapter(layout, stream);
  for (const { name, offset, shape } of layout.segments) {
    if (!name.endsWith('.b')) continue;
    const size = shape.reduce((a, b) => a * b, 1);
    for (let i = offset; i < offset + size; i++) parameters[i] = SPREAD * stream.normal();
  }
  return {
    parameters,
    optimizer: {
      firstMoment: new Float32Array(layout.size),
      secondMoment: Float32Array.from({ length: layout.size }, () => 1e-4 + (0.01 * stream.normal()) ** 2),
    },
    updates: STEPS.first,
  };
}

/** A token that the policy practically never writes: rows of a decoding measurement must not end early. */
const NEVER = 0;

/** The same policy as a file in which no token that is ever drawn ends a completion. */
export function endlessCheckpoint({ manifest, ...checkpoint }: Checkpoint): Uint8Array {
  const { id, title, date, mixture, pretraining, accuracies } = manifest;
  const tokenizer = { ...checkpoint.tokenizer, endIds: [NEVER] };
  return encodeCheckpoint({ ...checkpoint, tokenizer }, { id, title, date, mixture, pretraining, accuracies });
}
