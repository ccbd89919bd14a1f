/** @file The sandbox of Node, for the command line and tests; no thread starts before the first call. */
import { Worker } from 'node:worker_threads';
import type { RewardSandbox } from '../rl/sandbox/rewardFunction.ts';
import { GuardedSandbox, type Patience } from './guardedSandbox.ts';
import { threadPort } from './nodePort.ts';

export function createNodeSandbox(patience?: Patience): RewardSandbox {
  return new GuardedSandbox(
    () => threadPort(new Worker(new URL('./sandbox.node.mjs', import.meta.url)), 'The sandbox'),
    patience,
  );
}
