/** @file Detects the backend that a browser can use, with the reason in words. */
import { OverdueError } from '../../lib/within.ts';
import { askForAdapter } from './adapter.ts';

export type Detection =
  | {
      readonly backend: 'webgpu';
      /** Vendor and architecture of the adapter, for example "nvidia ada". */
      readonly adapter: string;
      /** The adapter computes on the CPU (SwiftShader, llvmpipe): correct, but far slower than WASM. */
      readonly software: boolean;
    }
  | { readonly backend: 'wasm'; readonly reason: string };

/** WebGPU if there is an adapter, else WASM with the reason; works on a page and in a worker. */
export async function detectBackend(): Promise<Detection> {
  if (typeof navigator === 'undefined' || navigator.gpu === undefined) {
    const reason =
      'isSecureContext' in globalThis && !globalThis.isSecureContext
        ? 'WebGPU needs a secure page (https or localhost)'
        : 'this browser has no WebGPU';
    return { backend: 'wasm', reason };
  }
  try {
    const adapter = await askForAdapter(navigator.gpu);
    if (adapter === null) return { backend: 'wasm', reason: 'this browser has WebGPU, but no graphics adapter for it' };
    return { backend: 'webgpu', adapter: describeAdapter(adapter.info), software: isSoftware(adapter.info) };
  } catch (error) {
    if (error instanceof OverdueError) return { backend: 'wasm', reason: error.message };
    return { backend: 'wasm', reason: `asking for a graphics adapter failed: ${String(error)}` };
  }
}

/** Whether a page with free choice of backend trains on WASM. */
export const willUseWasm = (detected: Detection): boolean => detected.backend === 'wasm' || detected.software;

/** Name of an adapter, as far as the browser gives it: description, or vendor, architecture and device. */
export function describeAdapter(info: GPUAdapterInfo): string {
  const name = info.description || [info.vendor, info.architecture, info.device].filter(Boolean).join(' ');
  return `${name || 'unnamed adapter'}${isSoftware(info) ? ' (software)' : ''}`;
}

function isSoftware(info: GPUAdapterInfo): boolean {
  const name = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`;
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name);
}
