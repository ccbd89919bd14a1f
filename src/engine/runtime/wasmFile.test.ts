import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, it, vi } from 'vitest';
import { add, constant, input } from '../graph/index.ts';
import { compile } from '../onnx/compile.ts';
import { runGraph } from '../onnx/graphRun.ts';
import { createWasmRuntime } from './wasm.ts';
import { adoptWasm } from './wasmFile.ts';

it('ONNX Runtime instantiates the module that another thread compiled, and nothing stays replaced', async () => {
  const file = createRequire(import.meta.url).resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm');
  const module = await WebAssembly.compile(readFileSync(file));
  const instantiate = vi.spyOn(WebAssembly, 'instantiate');
  adoptWasm(module);
  const runtime = await createWasmRuntime();
  const graph = compile('sum', { sum: add(input('x', []), constant([1], [])) });
  expect(await runGraph(runtime, graph, { x: [2] })).toEqual({ sum: [3] });
  expect(instantiate.mock.calls.map(([source]) => source)).toEqual([module]);
  expect(WebAssembly.instantiate).toBe(instantiate);
  await runtime.dispose();
});
