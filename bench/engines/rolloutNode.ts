/** @file Rollout on Node with one or two lanes, in this process. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLearner, loadPolicyFile, nodeEnvironment } from '../../cli/environment.ts';
import { LocalTrainer } from '../../src/rl/run/localTrainer.ts';
import { workFrom } from '../work/read.mjs';
import { benchSpec } from '../work/spec.ts';
import type { Engine } from './engine.ts';
import { RolloutEngine } from './rollout.ts';

export async function openRolloutNode(folder: string, workers: number): Promise<Engine> {
  const bytes = readFileSync(join(folder, 'work.bin'));
  const work = workFrom(
    readFileSync(join(folder, 'work.json'), 'utf8'),
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
  const checkpoint = new Uint8Array(readFileSync(join(folder, 'endless.safetensors')));
  const learner = await createLearner(benchSpec(checkpoint), 1, 'node', workers);
  const trainer = new LocalTrainer(nodeEnvironment(loadPolicyFile('default')));
  const engine = new RolloutEngine({ learner, trainer, work, workers, joined: async () => {} });
  return {
    facts: () => engine.facts(),
    answers: () => engine.answers(),
    time: (kind, repetitions) => engine.time(kind, repetitions),
    async close() {
      await trainer.dispose();
      await learner.dispose();
    },
  };
}
