/** @file Configuration of ONNX Runtime in a frame with an opaque origin (`sandbox` without `allow-same-origin`). */
import type { Env } from 'onnxruntime-web/wasm';

/**
 * With an opaque origin ONNX Runtime considers its own module cross-origin and looks for a copy that is not shipped,
 * unless it is given the address of its WebAssembly.
 */
export function locateWasm(wasm: Env.WebAssemblyFlags, url: URL): void {
  if (globalThis.origin === 'null') wasm.wasmPaths = { wasm: url.href };
}
