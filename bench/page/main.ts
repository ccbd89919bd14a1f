/** @file The page's side of the measured worker, under one global name. */
import { workerPort } from '../../src/worker/browserPort.ts';
import { lifelineName } from '../../src/worker/lifeline.ts';
import { proxyOf } from '../../src/worker/proxy.ts';
import type { Engine } from '../engines/engine.ts';

type Measured = Omit<Engine, 'close'>;

declare global {
  interface Window {
    engine: Measured;
  }
}

const name = lifelineName();
const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name });
const workers = Number(new URLSearchParams(location.search).get('workers'));
const remote = proxyOf<Measured & { open(workers: number): Promise<void> }>(
  workerPort(worker, name, 'The measured worker'),
);
await remote.open(workers);
window.engine = remote;
