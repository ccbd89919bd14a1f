/** @file Runtime on Node's CPU through onnxruntime-node; for tests, the command line and pretraining. */

import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OrtRuntime } from './core.ts';
import { CpuDevice } from './cpu.ts';
import { RuntimeError, type Runtime } from './runtime.ts';

export interface NodeRuntimeOptions {
  /** Threads inside one operator; 1 by default, so that results do not depend on the machine. */
  readonly threads?: number;
  /**
   * Sessions give the memory of intermediate values back after each run; otherwise each keeps as much as its largest
   * run took, which adds up for programs of a large policy, and is about 2 % faster for those of a small one.
   */
  readonly returnsMemory?: boolean;
  /** Options of every session beside those below, for measurements. */
  readonly session?: InferenceSession.SessionOptions;
}

/** Throws RuntimeError 'unavailable' for an invalid number of threads. */
export async function createNodeRuntime(options: NodeRuntimeOptions = {}): Promise<Runtime> {
  const threads = options.threads ?? 1;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RuntimeError('unavailable', `threads must be a positive integer, got ${threads}`);
  }
  const device = new CpuDevice(
    { InferenceSession, Tensor },
    {
      backend: 'node',
      description: `onnxruntime-node, CPU, ${threads} thread${threads === 1 ? '' : 's'}`,
      bindsOutputs: true,
      session: {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        ...(options.returnsMemory ? { enableCpuMemArena: false, enableMemPattern: false } : {}),
        ...options.session,
      },
    },
  );
  return new OrtRuntime(device);
}
