/** @file Rollout in a worker of the page, on one or two lanes, as the product's own training worker runs it. */
import { LocalTrainer } from '../../src/rl/run/localTrainer.ts';
import { scopePort } from '../../src/worker/browserPort.ts';
import { holdLifeline } from '../../src/worker/lifeline.ts';
import { serve } from '../../src/worker/serve.ts';
import { createWasmLearner } from '../../src/worker/wasmLearner.ts';
import { present } from '../../src/lib/assert.ts';
import type { Engine, Kind } from '../engines/engine.ts';
import { type Counters, RolloutEngine } from '../engines/rollout.ts';
import { fetchWork } from '../work/read.mjs';
import { benchSpec } from '../work/spec.ts';

const folder = new URL('../work', location.href.replace(/\/assets\/[^/]*$/, '/')).href;
const fileOf = async (name: string) => new Uint8Array(await (await fetch(`${folder}/${name}`)).arrayBuffer());

/** Resolves once every lane has compiled its graphs; further lanes join after a rest. */
async function joined(statistics: () => Promise<Counters>, alone: number, workers: number): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (((await statistics()).bytesCompiled ?? 0) >= 0.99 * alone * workers) return;
    await new Promise((resolve) => void setTimeout(resolve, 100));
  }
  throw new Error(`${workers} workers were asked for, and not all have joined within a minute`);
}

async function opened(workers: number): Promise<RolloutEngine> {
  const [work, checkpoint, policy] = await Promise.all([
    fetchWork(folder),
    fileOf('endless.safetensors'),
    fileOf('default.safetensors'),
  ]);
  const learner = await createWasmLearner(benchSpec(checkpoint), 1, workers);
  await joined(() => learner.statistics(), (await learner.statistics()).bytesCompiled ?? 0, workers);
  const trainer = new LocalTrainer({
    loadPolicy: async () => policy.slice(),
    createLearner: async (spec, seed, options) => ({
      learner: await createWasmLearner(spec, seed, Number(options.workers)),
    }),
    now: () => performance.now(),
  });
  const whole = (statistics: () => Promise<Counters>, alone: number) => joined(statistics, alone, workers);
  return new RolloutEngine({ learner, trainer, work, workers, joined: whole });
}

/** Held apart from its opening, so that the page can pass the number of workers. */
class Served implements Omit<Engine, 'close'> {
  private engine: RolloutEngine | null = null;

  async open(workers: number): Promise<void> {
    this.engine = await opened(workers);
  }

  facts = () => this.made().facts();
  answers = () => this.made().answers();
  time = (kind: Kind, repetitions: number) => this.made().time(kind, repetitions);

  private made(): RolloutEngine {
    return present(this.engine, 'an open engine');
  }
}

const held = holdLifeline(self.name);
serve(
  scopePort(globalThis),
  held.then(() => new Served()),
);
