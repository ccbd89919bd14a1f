/**
 * @file Embeddings of the parts of a prompt: a lookup for tokens, a linear map for image patches (arXiv 2010.11929, eq.
 * 1).
 */
import { add, concat, gather, matmul, reshape, type Value } from '../engine/graph/index.ts';
import { assert } from '../lib/assert.ts';
import { type ImagePart, type Prompt, promptParts } from '../tasks/prompt.ts';
import { layOut, type Parameters, unflatten } from './parameters.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Embeddings [B, T, d] of token ids int [B, T]. */
export const embedTokens = (parameters: Parameters, tokenIds: Value): Value =>
  gather(parameters.dense('embedding'), tokenIds);

/**
 * Sizes of a patch embedder: from squares of `patch` x `patch` pixels with `channels` numbers each to rows of width
 * `dim`.
 */
export interface PatchShape {
  readonly patch: number;
  readonly channels: number;
  readonly dim: number;
}

const patchNumbers = ({ patch, channels }: PatchShape): number => patch * patch * channels;

/** Layout of a patch embedder's weight [patch patch channels, d] and bias [d] in its flat vector. */
export const patchLayout = (shape: PatchShape) =>
  layOut([
    { name: 'patches.weight', shape: [patchNumbers(shape), shape.dim] },
    { name: 'patches.bias', shape: [shape.dim] },
  ]);

/** Embeddings [B, n, d] of pixels [B, n, patch patch channels]; `flat` [size] is laid out by `patchLayout`. */
export function embedPatches(shape: PatchShape, flat: Value, pixels: Value): Value {
  const [batch, count] = pixels.shape as [number, number];
  const [weight, bias] = [...unflatten(flat, patchLayout(shape).segments).values()] as [Value, Value];
  const rows = matmul(reshape(pixels, [batch * count, patchNumbers(shape)]), weight);
  return reshape(add(rows, bias), [batch, count, shape.dim]);
}

/** Input of an embedder: token ids, or the pixels [n, patch patch channels] of n patches. */
export type EmbeddedPart =
  | { readonly kind: 'tokens'; readonly ids: readonly number[] }
  | { readonly kind: 'patches'; readonly count: number; readonly pixels: Float32Array };

/**
 * The patches of an image, left to right and top to bottom, each row by row. UsageError if the image is not divisible
 * into patches, or has other channels.
 */
function patchesOf({ height, width, channels, pixels }: ImagePart, { patch, ...shape }: PatchShape): Float32Array {
  assert(channels === shape.channels, `image: ${shape.channels} channels are needed, not ${channels}`);
  assert(
    height % patch === 0 && width % patch === 0,
    `image: patches of ${patch} pixels do not fill ${height} x ${width}`,
  );
  assert(
    pixels.length === height * width * channels,
    `image: ${pixels.length} numbers do not fill [${height}, ${width}, ${channels}]`,
  );
  const patches = new Float32Array(pixels.length);
  const line = patch * channels;
  let at = 0;
  for (let top = 0; top < height; top += patch)
    for (let left = 0; left < width; left += patch)
      for (let row = top; row < top + patch; row++, at += line) {
        const from = (row * width + left) * channels;
        patches.set(pixels.subarray(from, from + line), at);
      }
  return patches;
}

/**
 * A prompt as inputs of the embedders. UsageError for an image if the policy has no patch embedder (`patches` null).
 */
export function encodePrompt(prompt: Prompt, tokenizer: Tokenizer, patches: PatchShape | null): EmbeddedPart[] {
  return promptParts(prompt).map((part): EmbeddedPart => {
    if (part.kind === 'text') return { kind: 'tokens', ids: tokenizer.encode(part.text) };
    assert(patches, 'prompt: this policy cannot see images');
    const pixels = patchesOf(part, patches);
    return { kind: 'patches', count: pixels.length / patchNumbers(patches), pixels };
  });
}

/** Embeddings of parts side by side, each [B, n, d], as [B, T, d]. */
export const embed = (parts: readonly Value[]): Value => concat(parts, 1);
