/**
 * @file The resumable state of a pretraining run in a file: parameters, the optimizer's vectors, and the losses of all
 * steps so far.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  CheckpointError,
  readSafetensors,
  requireFinite,
  type StoredTensor,
  writeSafetensors,
} from '../src/policy/safetensors.ts';
import { weightLayout } from '../src/policy/parameters.ts';
import type { SlotState } from '../src/rl/learner/state.ts';
import type { Recipe } from '../src/rl/pretraining/recipe.ts';

/** A run between two steps. */
export interface SavedPretraining {
  readonly seed: number;
  readonly state: SlotState;
  /** Loss of each step done, [step]. */
  readonly losses: Float32Array;
}

const headerSchema = z.strictObject({
  format: z.literal('rollout-pretraining'),
  version: z.literal(1),
  /** Hash of everything but the seed that determines the run's numbers. */
  recipe: z.string(),
  seed: z.number().int(),
  step: z.number().int().min(0),
});

/** Changes with every part of a recipe that influences a run; names do not. */
function recipeHash({ policy, characters, ingredients, schedule }: Recipe): string {
  return createHash('sha256').update(JSON.stringify({ policy, characters, ingredients, schedule })).digest('hex');
}

export function encodePretraining(recipe: Recipe, { seed, state, losses }: SavedPretraining): Uint8Array {
  const header = { format: 'rollout-pretraining', version: 1, recipe: recipeHash(recipe), seed, step: state.updates };
  const vectors = { ...state.optimizer, parameters: state.parameters, losses };
  const tensors = new Map(
    Object.entries(vectors).map(([name, data]): [string, StoredTensor] => [name, { shape: [data.length], data }]),
  );
  return writeSafetensors({ tensors, metadata: { pretraining: JSON.stringify(header) } });
}

function readHeader(text: string | undefined): z.infer<typeof headerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch (cause) {
    throw new CheckpointError('pretraining state: it has no header', { cause });
  }
  const result = headerSchema.safeParse(value);
  if (!result.success)
    throw new CheckpointError(
      `pretraining state: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  return result.data;
}

/** Throws CheckpointError for a file of another recipe or seed, or one of the wrong shape. */
export function decodePretraining(recipe: Recipe, seed: number, bytes: Uint8Array): SavedPretraining {
  const { tensors, metadata } = readSafetensors(bytes);
  const header = readHeader(metadata.pretraining);
  if (header.recipe !== recipeHash(recipe))
    throw new CheckpointError(
      `pretraining state: the recipe "${recipe.id}" has changed since it was written; start anew without --resume`,
    );
  if (header.seed !== seed) throw new CheckpointError(`pretraining state: it is of seed ${header.seed}, not ${seed}`);
  const take = (name: string, length: number): Float32Array => {
    const data = tensors.get(name)?.data;
    if (!(data instanceof Float32Array) || data.length !== length)
      throw new CheckpointError(`pretraining state: a float32 tensor ${name} of ${length} values is needed`);
    requireFinite('pretraining state', name, data);
    return data;
  };
  const { size } = weightLayout(recipe.policy);
  const ofOptimizer = [...tensors.keys()].filter((name) => name !== 'parameters' && name !== 'losses');
  return {
    seed,
    state: {
      parameters: take('parameters', size),
      optimizer: Object.fromEntries(ofOptimizer.map((name) => [name, take(name, size)])),
      updates: header.step,
    },
    losses: take('losses', header.step),
  };
}
