/** @file Entry of a browser worker for one lane on WASM; its first message is the compiled runtime, or null. */
import { createWasmRuntime } from '../engine/runtime/wasm.ts';
import { adoptWasm } from '../engine/runtime/wasmFile.ts';
import { LocalLane } from '../rl/learner/lane.ts';
import { scopePort } from './browserPort.ts';
import { holdLifeline } from './lifeline.ts';
import { serve } from './serve.ts';
import { warmWasm } from './warm.ts';

async function makeLane(): Promise<LocalLane> {
  await holdLifeline(self.name);
  return new LocalLane(await createWasmRuntime());
}

function start(module: WebAssembly.Module | null): void {
  if (module) adoptWasm(module);
  void warmWasm();
  serve(scopePort(globalThis), makeLane());
}

const first = new AbortController();
const listen = (type: string, begin: (event: Event) => void) =>
  globalThis.addEventListener(
    type,
    (event) => {
      first.abort();
      begin(event);
    },
    { signal: first.signal },
  );
listen('message', (event) => start((event as MessageEvent<WebAssembly.Module | null>).data));
// A worker of another agent cluster, as in a frame without an origin, gets no module and loads its own.
listen('messageerror', () => start(null));
