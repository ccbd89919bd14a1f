/** @file A guard of the memory of large vocabularies. */
import { sizeOf } from '../../../engine/graph/index.ts';
import type { CompiledGraph } from '../../../engine/onnx/compile.ts';
import type { PolicyConfig } from '../../../policy/config.ts';

/**
 * The graph. Error if a tensor that it computes over `states` has a number for every state and token, unless the
 * vocabulary is no larger than other widths: then distributions are no larger than other tensors.
 */
export function withoutDistributions(graph: CompiledGraph, config: PolicyConfig, states: number): CompiledGraph {
  const { vocabSize, dim, hiddenDim, heads } = config;
  if (vocabSize <= Math.max(dim, hiddenDim, heads * states)) return graph;
  const found = graph.computed.find((shape) => sizeOf(shape) >= states * vocabSize);
  if (found) throw new Error(`${graph.name}: a tensor [${found}] is as large as all distributions together`);
  return graph;
}
