/**
 * @file The sandbox of a browser, for the page and the training worker; no thread starts before the first call.
 */
import type { RewardSandbox } from '../rl/sandbox/rewardFunction.ts';
import { workerPort } from './browserPort.ts';
import { GuardedSandbox } from './guardedSandbox.ts';
import { lifelineName } from './lifeline.ts';
import { openWorker } from './openWorker.ts';

export function createBrowserSandbox(): RewardSandbox {
  return new GuardedSandbox(() => {
    const name = lifelineName();
    const worker = openWorker(
      (Worker) => new Worker(new URL('./sandbox.worker.ts', import.meta.url), { type: 'module', name }),
    );
    return workerPort(worker, name, 'The sandbox');
  });
}
