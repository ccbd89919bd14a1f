/** @file Logits of one sequence, with or without an adapter, for commands and tests. */
import { input } from '../engine/graph/index.ts';
import { compile } from '../engine/onnx/compile.ts';
import type { HostTensor, Runtime } from '../engine/runtime/runtime.ts';
import { present } from '../lib/assert.ts';
import type { BaseWeights } from './checkpoint.ts';
import { embedTokens } from './embed.ts';
import { adapterLayout, adapterOf, withAdapter } from './lora.ts';
import { type LoraConfig } from './loraConfig.ts';
import { frozenParameters } from './parameters.ts';
import { forward, headLogits } from './transformer.ts';

/** Logits [V] of the token after `tokenIds`. */
export async function nextTokenLogits(
  runtime: Runtime,
  { config, weights }: BaseWeights,
  tokenIds: readonly number[],
  adapter: { readonly flat: Float32Array; readonly lora: LoraConfig } | null,
): Promise<Float32Array> {
  const base = frozenParameters(weights);
  const layout = adapter && adapterLayout(config, adapter.lora);
  const parameters = layout ? withAdapter(base, adapterOf(layout, input('adapter', [layout.size]))) : base;
  const x = embedTokens(parameters, input('tokenIds', [1, tokenIds.length], 'int'));
  const logits = headLogits(config, parameters, forward(config, parameters, { x }).hidden);
  const graph = compile('logits', { logits });
  const program = await runtime.compile(graph.bytes, graph);
  try {
    const dtype = present(
      graph.inputs.find(({ name }) => name === 'tokenIds'),
      'the input tokenIds',
    ).dtype;
    const ids = dtype === 'int64' ? BigInt64Array.from(tokenIds, BigInt) : Int32Array.from(tokenIds);
    const feeds: Record<string, HostTensor> = {
      tokenIds: { dtype, shape: [1, tokenIds.length], data: ids },
      ...(adapter ? { adapter: { dtype: 'float32', shape: [adapter.flat.length], data: adapter.flat } } : {}),
    };
    const outputs = await program.run(feeds);
    const all = await present(outputs.logits, 'the output logits').read();
    for (const tensor of Object.values(outputs)) tensor.dispose();
    return Float32Array.from(all.slice(-config.vocabSize), Number);
  } finally {
    await program.dispose();
  }
}
