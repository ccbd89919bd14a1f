/** @file Entry of a browser worker for one lane on WASM. */
import { createWasmRuntime } from '../engine/runtime/wasm.ts';
import { LocalLane } from '../rl/learner/lane.ts';
import { scopePort } from './browserPort.ts';
import { holdLifeline } from './lifeline.ts';
import { serve } from './serve.ts';
import { warmWasm } from './warm.ts';

void warmWasm();
const makeLane = async () => {
  await holdLifeline(self.name);
  return new LocalLane(await createWasmRuntime());
};
serve(scopePort(globalThis), makeLane());
