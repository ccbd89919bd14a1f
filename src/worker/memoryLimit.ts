/** @file The memory that a run may take in this browser. */
import { askForAdapter } from '../engine/runtime/adapter.ts';
import type { Backend } from '../engine/runtime/runtime.ts';
import type { Limit } from '../rl/forecast/fit.ts';

/** Bytes of one tab on WASM: half of those that 32-bit addresses reach, since a heap that has grown never shrinks. */
const WASM_TAB = 2e9;

/** Properties of `navigator` that limit memory. */
export interface Surroundings {
  /** Gibibytes, rounded, at most 8; only some browsers state it. */
  readonly deviceMemory?: number;
  readonly gpu?: GPU;
}

/** The memory that a run may take on a backend of this browser. */
export async function memoryLimit(backend: Backend, { deviceMemory, gpu }: Surroundings = navigator): Promise<Limit> {
  const device = deviceMemory === undefined ? Infinity : deviceMemory * 2 ** 30;
  if (backend !== 'webgpu')
    return device < WASM_TAB
      ? { bytes: device, tensor: Infinity, of: 'this device' }
      : { bytes: WASM_TAB, tensor: Infinity, of: 'a tab on WASM' };
  const limits = (await (gpu && askForAdapter(gpu)))?.limits;
  const tensor = Math.min(limits?.maxBufferSize ?? Infinity, limits?.maxStorageBufferBindingSize ?? Infinity);
  return { bytes: device, tensor, of: 'this device' };
}
