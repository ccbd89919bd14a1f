/** @file What a sandbox's worker offers, and its entry for browser workers and Node threads alike. */
import type { RewardInput } from '../rl/sandbox/rewardFunction.ts';
import { QuickJsSandbox } from '../rl/sandbox/sandbox.ts';
import type { Port } from './port.ts';
import { serve } from './serve.ts';

export interface SandboxHost {
  /** Resolves when the WebAssembly is there. */
  load(): Promise<void>;
  /** Tells each outcome as an event while it works, since it may be ended before the last; resolves after the last. */
  score(source: string, inputs: readonly RewardInput[]): Promise<void>;
}

/** Serves a sandbox at this end of `port`, from this moment on; calls wait for `held`. */
export function serveSandbox(port: Port, held: Promise<void> = Promise.resolve()): void {
  const sandbox = new QuickJsSandbox();
  const host: SandboxHost = {
    load: () => sandbox.ready(),
    score: async (source, inputs) => void (await sandbox.score(source, inputs, (outcome) => tell(outcome))),
  };
  const tell = serve(
    port,
    held.then(() => host),
  );
}
