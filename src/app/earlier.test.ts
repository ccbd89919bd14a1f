/**
 * @file Runs, links and files made before the aggregation was a setting keep the loss they were trained with;
 * `earlier-grpo.rollout` was saved by commit 0430edd.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { largestError } from '../engine/onnx/graphRun.ts';
import { algorithmOf } from '../rl/algorithm/compose.ts';
import { algorithmChoice } from '../rl/algorithm/configured.ts';
import { presetConfig } from '../rl/config/presets.ts';
import { onNode, tinyTrainer } from '../../testing/tinyRun.ts';
import { tasks } from '../tasks/index.ts';
import { text } from '../ui/text.ts';
import { decodeRun } from './files/runFile.ts';
import { readRun, readSnapshot } from './storage/reading.ts';

import { readLink, writeHash } from './url.ts';
import { policyOf } from '../../testing/slots.ts';

const file = () => decodeRun(readFileSync(new URL('fixture/earlier-grpo.rollout', import.meta.url)));

describe('a run file of commit 0430edd', () => {
  test('opens with the loss it was trained with, named', () => {
    const { run } = file();
    expect([run.config.algorithm, run.config.aggregation, run.initial.aggregation]).toEqual(['grpo', 'dapo', 'dapo']);
    expect(algorithmOf(algorithmChoice(run.config)).title).toBe('GRPO (token mean)');
  });

  test('continues from step 2 to the adapter that the old code reached at step 4; the published loss does not', async () => {
    const { run, snapshots } = file();
    const [second, fourth] = [snapshots[0]!, snapshots[1]!];
    const trainer = tinyTrainer();
    const trainedOn = async (aggregation: string) => {
      await trainer.open({ ...run.config, aggregation }, onNode);
      await trainer.restore({ ...second, config: { ...second.config, aggregation } });
      await trainer.step();
      await trainer.step();
      return largestError(await trainer.adapter(), policyOf(fourth.state).parameters);
    };
    // Two steps of other sums than the old code's.
    expect(await trainedOn('dapo')).toBeLessThan(3e-6);
    expect(await trainedOn('grpo')).toBeGreaterThan(1e-3);
    await trainer.dispose();
  });

  test('kept in the browser is read like a file, with its checkpoints', () => {
    const { run, snapshots } = file();
    const { aggregation: _, ...config } = run.config;
    expect(readRun({ ...run, config, initial: config })).toMatchObject({
      config: { aggregation: 'dapo' },
      initial: { aggregation: 'dapo' },
    });
    expect(readRun({ ...run, config: { ...config, algorithm: 'dapo' } })).toMatchObject({
      config: { aggregation: 'algorithm' },
    });
    expect(readSnapshot({ ...snapshots[0]!, config })).toMatchObject({ config: { aggregation: 'dapo' } });
  });
});

describe('links', () => {
  test.each(['#seed=3', '#preset=countdown', '#algorithm=gdpo&beta=0.1'])(
    '%s, without a version, keeps the token mean and says so',
    (hash) => {
      const { config, notices } = readLink('', hash, tasks);
      expect(config.aggregation).toBe('dapo');
      expect(notices).toEqual([text.url.earlierLink]);
    },
  );

  test.each(['', '#v=2&seed=3', '#view=atlas', '#algorithm=drGrpo', '#seed=3&aggregation=grpo', '#v=2&algorithm=grpo'])(
    '“%s” has no aggregation to keep',
    (hash) => {
      expect(readLink('', hash, tasks)).toMatchObject({
        notices: [],
        config: { aggregation: hash.includes('aggregation=grpo') ? 'grpo' : 'algorithm' },
      });
    },
  );

  test('written from an old link is read back to the same settings without a notice', () => {
    const { preset, config } = readLink('', '#seed=3', tasks);
    const hash = writeHash(preset, config);
    expect(hash).toBe('#v=2&aggregation=dapo&seed=3');
    expect(readLink('', hash, tasks)).toMatchObject({ config, notices: [] });
    expect(writeHash('default', presetConfig('default'))).toBe('');
  });

  test('with an unknown version is reported', () => {
    expect(readLink('', '#v=9&seed=3', tasks)).toMatchObject({
      config: { seed: 3, aggregation: 'algorithm' },
      notices: ['v=9: 2. The current format is used.'],
    });
  });
});
