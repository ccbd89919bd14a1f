/**
 * @file Runtime on the CPU through onnxruntime-web's WebAssembly build, in a browser's module worker and in Node. The
 * build has one state per JavaScript thread, so all its runtimes in a thread share one queue.
 */

import { InferenceSession, Tensor, env } from 'onnxruntime-web/wasm';
import { OrtRuntime } from './core.ts';
import { CpuDevice, type OrtModule } from './cpu.ts';
import { locateWasm } from './opaqueOrigin.ts';
import { SerialQueue } from './queue.ts';
import { RuntimeError, type Runtime } from './runtime.ts';
import { handOverWasm, wasmUrl } from './wasmFile.ts';
import { once } from '../../lib/once.ts';

export interface WasmRuntimeOptions {
  /**
   * Threads inside one operator; 1 by default. More need a cross-origin isolated page, and the same number for all
   * runtimes of a worker.
   */
  readonly threads?: number;
  /** Options of every session beside those below, for measurements. */
  readonly session?: InferenceSession.SessionOptions;
}

const queue = new SerialQueue();
let startedThreads: number | undefined;

const handOver = once(() => handOverWasm(env.wasm));

/** The first session starts ONNX Runtime. */
const create: OrtModule['InferenceSession']['create'] = async (model, options) => {
  await handOver();
  return InferenceSession.create(model, options);
};

/** Throws RuntimeError 'unavailable' if this thread cannot have that many WASM threads. */
export async function createWasmRuntime(options: WasmRuntimeOptions = {}): Promise<Runtime> {
  const threads = options.threads ?? 1;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RuntimeError('unavailable', `threads must be a positive integer, got ${threads}`);
  }
  // Node shares memory too, but there this build would fetch its worker script from a file URL, which Node refuses.
  if (threads > 1 && !('crossOriginIsolated' in globalThis && globalThis.crossOriginIsolated)) {
    throw new RuntimeError('unavailable', `${threads} WASM threads need a cross-origin isolated page`);
  }
  startedThreads ??= threads;
  if (startedThreads !== threads) {
    throw new RuntimeError(
      'unavailable',
      `WASM was started with ${startedThreads} thread(s) here and cannot change to ${threads}`,
    );
  }
  env.wasm.numThreads = threads;
  env.wasm.proxy = false;
  locateWasm(env.wasm, wasmUrl);
  const device = new CpuDevice(
    { InferenceSession: { create }, Tensor },
    {
      backend: 'wasm',
      description: `onnxruntime-web, WASM, ${threads} thread${threads === 1 ? '' : 's'}`,
      // The build computes into copies of preallocated outputs and does not copy them back.
      bindsOutputs: false,
      queue,
      // Our graphs are already optimised: the runtime's own passes make no step faster, and running them cold delays
      // the first one.
      session: {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'disabled',
        logSeverityLevel: 3,
        ...options.session,
      },
    },
  );
  return new OrtRuntime(device);
}
