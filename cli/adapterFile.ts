/** @file A tuned adapter in a safetensors file: matrices A and B by name, and the base they belong to. */
import { z } from 'zod';
import { assert } from '../src/lib/assert.ts';
import type { PolicyConfig } from '../src/policy/config.ts';
import { adapterFrom, adapterLayout } from '../src/policy/lora.ts';
import { alphaSchema, type LoraConfig, loraTargets, rankSchema } from '../src/policy/loraConfig.ts';
import { CheckpointError, readSafetensors, type StoredTensor, writeSafetensors } from '../src/policy/safetensors.ts';

const descriptionSchema = z.strictObject({
  format: z.literal('rollout-adapter'),
  version: z.literal(1),
  /** Id and SHA-256 of the base it was trained on. */
  policy: z.string(),
  policyHash: z.string(),
  lora: z.strictObject({
    rank: rankSchema,
    alpha: alphaSchema,
    targets: z.array(z.enum(loraTargets)).min(1, 'at least one layer is needed').readonly(),
    rankStabilized: z.boolean().optional(),
  }),
  /** Details of its training: preset, task, seed, steps. */
  run: z.record(z.string(), z.union([z.string(), z.number()])),
});

export type AdapterDescription = Omit<z.infer<typeof descriptionSchema>, 'format' | 'version'>;

/** The file of a flat adapter in the layout of `adapterLayout`. */
export function encodeAdapter(config: PolicyConfig, flat: Float32Array, description: AdapterDescription): Uint8Array {
  const layout = adapterLayout(config, description.lora);
  assert(flat.length === layout.size, `adapter: ${layout.size} numbers are needed, not ${flat.length}`);
  const tensors = new Map(
    layout.segments.map(({ name, offset, shape }): [string, StoredTensor] => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { shape, data: flat.slice(offset, offset + size) }];
    }),
  );
  return writeSafetensors({
    tensors,
    metadata: { adapter: JSON.stringify({ format: 'rollout-adapter', version: 1, ...description }) },
  });
}

function parseDescription(text: string | undefined): AdapterDescription {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch (cause) {
    throw new CheckpointError('adapter: the file has no adapter description', { cause });
  }
  const result = descriptionSchema.safeParse(value);
  if (!result.success)
    throw new CheckpointError(
      `adapter: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  const { format: _, version: __, ...description } = result.data;
  return description;
}

/**
 * The flat adapter of a file made for the given base. Throws CheckpointError if it belongs to another base or does not
 * fit.
 */
export function decodeAdapter(
  bytes: Uint8Array,
  config: PolicyConfig,
  policyHash: string,
): { flat: Float32Array; lora: LoraConfig; description: AdapterDescription } {
  const { tensors, metadata } = readSafetensors(bytes);
  const description = parseDescription(metadata.adapter);
  if (description.policyHash !== policyHash)
    throw new CheckpointError(
      `adapter: it was trained on the policy "${description.policy}" with the SHA-256 ${description.policyHash}, not on this one (${policyHash}); the model of a folder is another one with other --bits, and with or without --chat`,
    );
  const layout = adapterLayout(config, description.lora);
  const flat = adapterFrom(tensors, layout, ({ name, shape }) => ({ name, shape, ours: (data) => data }));
  return { flat, lora: description.lora, description };
}
