/** @file The interface of a sandbox's worker, and its entry for browser workers and Node threads alike. */
import type { SandboxInput } from '../rl/sandbox/rewardFunction.ts';
import { QuickJsSandbox } from '../rl/sandbox/sandbox.ts';
import type { Port } from './port.ts';
import { serve } from './serve.ts';

export interface SandboxHost {
  /** Resolves when the WebAssembly is loaded. */
  load(): Promise<void>;
  /**
   * Sends each outcome as an event while working, since it may be terminated before the last; resolves after the last.
   */
  score(source: string, inputs: readonly SandboxInput[]): Promise<void>;
  tryParquet(bytes: Uint8Array): Promise<void>;
}

/** Serves a sandbox at this end of `port` from now on; calls wait for `held`. */
export function serveSandbox(port: Port, held: Promise<void> = Promise.resolve()): void {
  const sandbox = new QuickJsSandbox();
  const host: SandboxHost = {
    load: () => sandbox.ready(),
    tryParquet: (bytes) => sandbox.tryParquet(bytes),
    score: async (source, inputs) => void (await sandbox.score(source, inputs, (outcome) => emit(outcome))),
  };
  const emit = serve(
    port,
    held.then(() => host),
  );
}
