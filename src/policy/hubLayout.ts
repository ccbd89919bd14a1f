/**
 * @file The layout of Llama weights in transformers (huggingface/transformers, `modeling_llama.py`): module names,
 * matrices [out, in] where ours are [in, out], and rotation in halves of a head where llama2.c rotates adjacent pairs.
 */
import { headSize, type PolicyConfig } from './config.ts';
import type { LoraTarget } from './loraConfig.ts';

/** Modules of a block by our names. */
export const hubModules: Readonly<Record<LoraTarget, string>> = {
  q: 'self_attn.q_proj',
  k: 'self_attn.k_proj',
  v: 'self_attn.v_proj',
  o: 'self_attn.o_proj',
  gate: 'mlp.gate_proj',
  up: 'mlp.up_proj',
  down: 'mlp.down_proj',
};

/** The name of a module in PEFT's `target_modules`. */
export const targetModule = (target: LoraTarget): string =>
  hubModules[target].slice(hubModules[target].indexOf('.') + 1);

/** The transpose [columns, rows] of a matrix [rows, columns]. */
export function transposed(data: Float32Array, [rows, columns]: readonly [number, number]): Float32Array {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column] as number;
  return result;
}

/**
 * The rows [out, n] of q or k in the order of the other convention: `toHub` from adjacent pairs (2i, 2i + 1) to halves
 * (i, i + headSize / 2), `toOurs` back. Other targets, and policies that rotate halves, keep their order.
 */
export function rotaryRows(
  config: PolicyConfig,
  target: string,
  data: Float32Array,
  direction: 'toHub' | 'toOurs',
): Float32Array {
  if (!config.ropeInterleaved || (target !== 'q' && target !== 'k')) return data;
  const size = headSize(config);
  const rows = size * (target === 'q' ? config.heads : config.kvHeads);
  const width = data.length / rows;
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const [first, i] = [row - (row % size), row % size];
    const pairs = i < size / 2 ? first + 2 * i : first + 2 * (i - size / 2) + 1;
    const [from, to] = direction === 'toHub' ? [pairs, row] : [row, pairs];
    result.set(data.subarray(from * width, (from + 1) * width), to * width);
  }
  return result;
}
