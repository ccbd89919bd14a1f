/** @file The rows of the comparison: engines by id, and how each is opened. */
import { openBrowser, type BenchBrowser } from './engines/page.ts';
import type { Engine } from './engines/engine.ts';
import { openRolloutNode } from './engines/rolloutNode.ts';
import { findTorch, openTorch, TORCH_MISSING } from './engines/torch.ts';
import { openServer, type Site } from './server.ts';
import { siteFolder, workFolder } from './setup.ts';
import { UsageError } from '../src/lib/assert.ts';
import type { RowId } from './ids.ts';

/** Servers and browser that the rows of one run share. */
export interface Surroundings {
  readonly browser: BenchBrowser;
  readonly isolated: Site;
  readonly plain: Site;
  readonly python: string | null;
  close(): Promise<void>;
}

export async function openSurroundings(): Promise<Surroundings> {
  const browser = await openBrowser();
  const [isolated, plain] = [await openServer(siteFolder, true), await openServer(siteFolder, false)];
  return {
    browser,
    isolated,
    plain,
    python: findTorch(),
    async close() {
      await browser.close();
      isolated.close();
      plain.close();
    },
  };
}

const torch = ({ python }: Surroundings, threads: number): Engine => {
  if (python === null) throw new UsageError(TORCH_MISSING);
  return openTorch(python, workFolder, threads);
};

/** Opens the engine of each row; a rejection is the reason of a missing row. */
export const openers: Readonly<Record<RowId, (around: Surroundings) => Promise<Engine> | Engine>> = {
  'rollout-wasm-2': ({ browser, isolated }) => browser.open(`${isolated.url}/rollout/index.html?workers=2`),
  'rollout-wasm-1': ({ browser, isolated }) => browser.open(`${isolated.url}/rollout/index.html?workers=1`),
  'rollout-node-1': () => openRolloutNode(workFolder, 1),
  'rollout-node-2': () => openRolloutNode(workFolder, 2),
  'torch-1': (around) => torch(around, 1),
  'torch-2': (around) => torch(around, 2),
  'jax-isolated': ({ browser, isolated }) => browser.open(`${isolated.url}/peers/jax.html`),
  'jax-plain': ({ browser, plain }) => browser.open(`${plain.url}/peers/jax.html`),
  'tf-tuned': ({ browser, isolated }) => browser.open(`${isolated.url}/peers/tf.html?gradients=tuned`),
  'tf-plain': ({ browser, isolated }) => browser.open(`${isolated.url}/peers/tf.html?gradients=plain`),
  transformers: ({ browser, isolated }) => browser.open(`${isolated.url}/peers/transformers.html`),
};
