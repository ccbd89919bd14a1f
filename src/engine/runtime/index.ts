/** @file Makes a runtime by the name of its backend; the code of each is loaded on demand. */

import type { NodeRuntimeOptions } from './node.ts';
import { RuntimeError, type Backend, type Runtime } from './runtime.ts';
import type { WasmRuntimeOptions } from './wasm.ts';
import { compiledWasm } from './wasmFile.ts';
import type { WebGpuRuntimeOptions } from './webgpu.ts';

export { detectBackend, willUseWasm } from './detect.ts';
export type { Detection } from './detect.ts';
export { compiledWasm, isWasmKept } from './wasmFile.ts';
export * from './runtime.ts';

export type RuntimeOptions = WebGpuRuntimeOptions & WasmRuntimeOptions & NodeRuntimeOptions;

/** Not a literal in `import()`, so that a browser bundler leaves out the Node runtime. */
const NODE_MODULE = './node.ts';

/** Options of other backends are ignored. Throws RuntimeError 'unavailable' if the backend cannot be loaded or run. */
export async function createRuntime(backend: Backend, options: RuntimeOptions = {}): Promise<Runtime> {
  try {
    switch (backend) {
      case 'webgpu':
        return await (await import('./webgpu.ts')).createWebGpuRuntime(options);
      case 'wasm':
        return await (await import('./wasm.ts')).createWasmRuntime(options);
      case 'node': {
        const node: typeof import('./node.ts') = await import(/* @vite-ignore */ NODE_MODULE);
        return await node.createNodeRuntime(options);
      }
    }
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw new RuntimeError('unavailable', `the ${backend} runtime could not be loaded: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Begins to load the CPU runtime. Reports no failure. */
export function loadWasmAhead(): void {
  void compiledWasm();
  import('./wasm.ts').catch(() => {});
}
