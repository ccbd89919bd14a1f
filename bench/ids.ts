/** @file Ids and titles of the rows; imported without any engine. */

export const rowTitles = {
  'rollout-wasm-2': 'Rollout WASM, 2 workers',
  'rollout-wasm-1': 'Rollout WASM, 1 worker',
  'rollout-node-1': 'Rollout Node, 1 lane',
  'rollout-node-2': 'Rollout Node, 2 lanes',
  'torch-1': 'PyTorch eager, 1 thread',
  'torch-2': 'PyTorch eager, 2 threads',
  'jax-isolated': 'jax-js WASM, isolated page',
  'jax-plain': 'jax-js WASM, page not isolated',
  'tf-tuned': 'TensorFlow.js WASM, tuned gradients, 2 threads',
  'tf-plain': 'TensorFlow.js WASM, 2 threads',
  transformers: 'transformers.js WASM, 2 threads',
} as const;

export type RowId = keyof typeof rowTitles;
export const rowIds = Object.keys(rowTitles) as RowId[];

/** Ratios are to this row. */
export const BASE: RowId = 'rollout-wasm-2';
/** Its numbers are those that the other rows must agree with. */
export const REFERENCE: RowId = 'rollout-node-1';
