/** @file The WebAssembly file of the CPU build: loaded and compiled once, and handed compiled to ONNX Runtime. */
import type { Env } from 'onnxruntime-web/wasm';

/** A literal address: the bundler looks for it. */
export const wasmUrl = new URL('onnxruntime-web/ort-wasm-simd-threaded.wasm', import.meta.url);

/** A module without content. */
const EMPTY = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

let compiled: Promise<WebAssembly.Module | null> | undefined;

/**
 * The compiled file, which is loaded on the first call. Streaming compilation lets the browser keep the machine code
 * for the next visit. Null where the file cannot be loaded this way, as in Node: ONNX Runtime then loads it itself, and
 * reports a failure.
 */
export function compiledWasm(): Promise<WebAssembly.Module | null> {
  compiled ??= WebAssembly.compileStreaming(fetch(wasmUrl, { credentials: 'same-origin' })).catch(() => null);
  return compiled;
}

/** Whether an earlier visit kept the file for offline use; rejects where a frame may keep nothing. */
export const isWasmKept = async (): Promise<boolean> => (await caches.match(wasmUrl)) !== undefined;

/** Takes the module that another thread has compiled. */
export function adoptWasm(module: WebAssembly.Module): void {
  compiled = Promise.resolve(module);
}

/**
 * Lets ONNX Runtime, when it starts, instantiate the compiled file. Its configuration accepts an address or bytes but
 * no module, so it is given the bytes of an empty one, and the next instantiation of these bytes gets the compiled
 * file.
 */
export async function handOverWasm(flags: Env.WebAssemblyFlags): Promise<void> {
  const module = await compiledWasm();
  if (module === null) return;
  const { instantiate } = WebAssembly;
  const instead = async (source: BufferSource, imports?: WebAssembly.Imports) => {
    if (source.byteLength !== EMPTY.length) return instantiate(source, imports);
    WebAssembly.instantiate = instantiate;
    return { module, instance: await instantiate(module, imports) };
  };
  WebAssembly.instantiate = instead as typeof instantiate;
  flags.wasmBinary = EMPTY;
}
