import { expect, it } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { loraSlots } from '../../../testing/slots.ts';
import { tinyCheckpoint } from '../../../testing/tinyRun.ts';
import { LocalLane } from './lane.ts';

it('builds all graphs of the first step while the runtime still starts', async () => {
  const runtime = await createNodeRuntime();
  const asked: string[] = [];
  let start = () => {};
  const started = new Promise<void>((resolve) => void (start = resolve));
  const starting = new Proxy<Runtime>(runtime, {
    get(target, name) {
      const own: unknown = Reflect.get(target, name);
      if (name !== 'compile') return typeof own === 'function' ? own.bind(target) : own;
      return async (...[bytes, graph]: Parameters<Runtime['compile']>) => {
        asked.push(graph.name);
        // The last graph of a step.
        if (graph.name === 'update') start();
        await started;
        return target.compile(bytes, graph);
      };
    },
  });
  const lane = new LocalLane(starting);
  await lane.open({
    checkpoint: tinyCheckpoint(),
    slots: loraSlots({ rank: 1, alpha: 1, targets: ['q'] }, 'grpo'),
    shardSize: 1,
    promptLength: 2,
    completionLength: 2,
  });
  expect(asked).toEqual(expect.arrayContaining(['decode', 'gradient', 'update']));
  await lane.dispose();
});
