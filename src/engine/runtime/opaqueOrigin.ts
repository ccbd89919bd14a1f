/** @file What ONNX Runtime has to be told in a frame whose origin is opaque (`sandbox` without `allow-same-origin`). */
import type { Env } from 'onnxruntime-web/wasm';

/**
 * There it takes its own module for another site's and looks for a copy that is not shipped, unless it is told where
 * its WebAssembly is.
 */
export function locateWasm(wasm: Env.WebAssemblyFlags, url: URL): void {
  if (globalThis.origin === 'null') wasm.wasmPaths = { wasm: url.href };
}
