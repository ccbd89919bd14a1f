/** @file Runtime on the GPU through onnxruntime-web's WebGPU execution provider; for a browser's module worker. */

import { OverdueError } from '../../lib/within.ts';
import { askForAdapter, askForDevice } from './adapter.ts';
import { OrtRuntime } from './core.ts';
import { describeAdapter } from './detect.ts';
import { GpuDevice, type OrtWebGpuModule } from './gpu-device.ts';
import { locateWasm } from './opaqueOrigin.ts';
import { RuntimeError, type Runtime } from './runtime.ts';

/**
 * How the build suspends WebAssembly while waiting for the GPU: JSPI (smaller, faster, not in every browser) or
 * Asyncify.
 */
export type WebGpuBuild = 'jspi' | 'asyncify';

export interface WebGpuRuntimeOptions {
  /** Chosen by feature detection if absent. */
  readonly build?: WebGpuBuild;
  /** Called with the kernel's name at every dispatch; `statistics.dispatches` stays 0 without it, since it costs time. */
  readonly onDispatch?: (kernel: string) => void;
  /** Records and replays the programs that allow it, which is the default. */
  readonly capture?: boolean;
  /** Gives every program its `placement`; off by default because ONNX Runtime then logs a lot during compilation. */
  readonly auditPlacement?: boolean;
}

/** The limits that ONNX Runtime requests for a device it makes itself: the adapter's maximum of each. */
const LIMITS = [
  'maxBindGroups',
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const FEATURES: readonly GPUFeatureName[] = ['shader-f16', 'subgroups'];

/** Throws RuntimeError 'unavailable' without WebGPU, adapter or device; OverdueError if the adapter does not come in time. */
export async function createWebGpuRuntime(options: WebGpuRuntimeOptions = {}): Promise<Runtime> {
  const build = options.build ?? ('Suspending' in WebAssembly ? 'jspi' : 'asyncify');
  const adapter = await requestAdapter();
  const [ort, gpu] = await Promise.all([loadBuild(build), requestDevice(adapter)]);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.proxy = false;
  locateWasm(ort.env.wasm, wasmOf(build));
  const device = new GpuDevice(ort, gpu, {
    description: `onnxruntime-web, WebGPU (${build}), ${describeAdapter(adapter.info)}`,
    ...(options.onDispatch ? { onDispatch: options.onDispatch } : {}),
    capture: options.capture ?? true,
    auditPlacement: options.auditPlacement ?? false,
  });
  return new OrtRuntime(device);
}

/** Literal addresses: the bundler looks for them. */
const wasmOf = (build: WebGpuBuild): URL =>
  build === 'jspi'
    ? new URL('onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm', import.meta.url)
    : new URL('onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm', import.meta.url);

function loadBuild(build: WebGpuBuild): Promise<OrtWebGpuModule> {
  return build === 'jspi' ? import('onnxruntime-web/jspi') : import('onnxruntime-web/webgpu');
}

async function requestAdapter(): Promise<GPUAdapter> {
  if (typeof navigator === 'undefined' || navigator.gpu === undefined) {
    throw new RuntimeError('unavailable', 'this browser or page has no WebGPU');
  }
  const adapter = await askForAdapter(navigator.gpu);
  if (adapter === null) throw new RuntimeError('unavailable', 'the browser offers no WebGPU adapter');
  return adapter;
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredLimits: Record<string, number> = {};
  for (const name of LIMITS) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = FEATURES.filter((feature) => adapter.features.has(feature));
  try {
    return await askForDevice(adapter, { requiredLimits, requiredFeatures });
  } catch (error) {
    if (error instanceof OverdueError) throw new RuntimeError('unavailable', error.message, { cause: error });
    throw new RuntimeError('unavailable', `the WebGPU adapter gave no device: ${String(error)}`, { cause: error });
  }
}
