/**
 * @file Starts a worker's WebAssembly runtime ahead, since that takes seconds on a slow machine.
 */
import { add, constant, input } from '../engine/graph/index.ts';
import { compile } from '../engine/onnx/compile.ts';
import { createRuntime } from '../engine/runtime/index.ts';

/** Loads the build and runs a graph of one node. A failure is ignored here: the runtime made later reports it. */
export async function warmWasm(): Promise<void> {
  try {
    const runtime = await createRuntime('wasm');
    const graph = compile('warm', { sum: add(input('x', []), constant([1], [])) });
    await runtime.compile(graph.bytes, graph);
    await runtime.dispose();
  } catch {
    return;
  }
}
