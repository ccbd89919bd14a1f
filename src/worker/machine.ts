/** @file The browser's machine for a forecast: its backend, the limit of memory, and the measured rates. */
import { createRuntime, detectBackend, willUseWasm } from '../engine/runtime/index.ts';
import type { Backend } from '../engine/runtime/runtime.ts';
import type { Limit } from '../rl/forecast/fit.ts';
import { probe, type Rates } from '../rl/forecast/probe.ts';
import type { OpenOptions } from '../rl/run/trainer.ts';
import { memoryLimit } from './memoryLimit.ts';

/** The backend that a run would have. */
async function backendOf(asked: OpenOptions['backend']): Promise<Backend> {
  if (asked === 'wasm') return 'wasm';
  const detected = await detectBackend();
  const isRefused = asked === 'webgpu' ? detected.backend === 'wasm' : willUseWasm(detected);
  return isRefused ? 'wasm' : 'webgpu';
}

async function rated(backend: Backend): Promise<Rates> {
  const runtime = await createRuntime(backend);
  try {
    return await probe(runtime);
  } finally {
    await runtime.dispose();
  }
}

export interface Machine {
  readonly backend: Backend;
  readonly limit: Limit;
  readonly rates: Rates;
}

/** Measures this machine for about 0.3 s on the backend that a run would have; on WASM if WebGPU does not start. */
export async function browserMachine(asked: OpenOptions['backend']): Promise<Machine> {
  let backend = await backendOf(asked);
  const rates = await rated(backend).catch((cause: unknown) => {
    if (backend === 'wasm') throw cause;
    backend = 'wasm';
    return rated(backend);
  });
  return { backend, limit: await memoryLimit(backend), rates };
}
