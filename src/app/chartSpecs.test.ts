/** @file The charts of a run show its measured quantities, and nothing that would be misread. */
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../rl/config/config.ts';
import { taskById, tasks } from '../tasks/index.ts';
import { text } from '../ui/text.ts';
import { chartsOf } from './chartSpecs.ts';

const specsOf = (task: string, changes: Partial<typeof defaultConfig> = {}) => {
  const { main, more } = chartsOf(taskById(task), ['mine'], { ...defaultConfig, task, ...changes });
  return [...main, ...more];
};
const keysOf = (task: string) => specsOf(task).flatMap(({ series }) => series.map(({ key }) => key));

describe('charts', () => {
  it.each(tasks.map(({ id }) => id))('of %s begin with reward, KL and entropy, and have distinct names', (task) => {
    const ids = specsOf(task).map(({ id }) => id);
    expect(ids.slice(0, 3)).toEqual(['reward', 'kl', 'entropy']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(keysOf(task)).toContain('rewards/mine/mean');
  });

  it('of pairs, of a second clip and of kept rollouts are those of runs that have them, and come first', () => {
    const idsOf = (changes: Parameters<typeof specsOf>[1]) => specsOf('sums', changes).map(({ id }) => id);
    const lines = (changes: Parameters<typeof specsOf>[1]) =>
      specsOf('sums', changes)
        .find(({ id }) => id === 'clip')!
        .series.map(({ key }) => key);
    const pairs = ['margins', 'preferred', 'implied-rewards'];
    expect(idsOf({ algorithm: 'dpo' })).toEqual(expect.arrayContaining(pairs));
    expect(idsOf({ algorithm: 'dpo' }).indexOf('margins')).toBeLessThan(idsOf({ algorithm: 'dpo' }).indexOf('spread'));
    expect(idsOf({}).filter((id) => [...pairs, 'staleness', 'drift'].includes(id))).toEqual([]);
    expect(idsOf({ rollouts: 'replay' })).toEqual(expect.arrayContaining(['staleness', 'drift']));
    expect(lines({ algorithm: 'dualClip' })).toContain('clip_ratio/dual_mean');
    expect(lines({})).toEqual(['clip_ratio/region_mean', 'clip_ratio/high_mean', 'clip_ratio/low_mean']);
  });

  it('leave the colours of methods to methods, and no two lines of a chart look the same', () => {
    const specs = specsOf('sums', { promptSampler: 'uniform', numGenerations: 16 });
    const looksOf = ({ series }: (typeof specs)[number]) => series.map(({ color, draw }) => `${color} ${draw}`);
    expect(specs.filter((spec) => new Set(looksOf(spec)).size < spec.series.length).map(({ id }) => id)).toEqual([]);
    expect(specs.filter((spec) => looksOf(spec).join().includes('--method')).map(({ id }) => id)).toEqual(['methods']);
  });

  it('of methods carry the note of their task, or the one for all tasks', () => {
    const noteOf = (task: string) => specsOf(task).find(({ id }) => id === 'methods')?.note;
    expect(noteOf('sums')).toBe('RL selects a method the base already has; it does not teach arithmetic.');
    expect(noteOf('formats')).toBe(text.methodNote);
  });

  it('call no group wrong where rewards have all sizes, and draw the way to an optimum for the current run only', () => {
    expect(keysOf('sums')).toEqual(
      expect.arrayContaining(['frac_reward_zero_std', 'frac_groups_all_wrong', 'frac_groups_all_right']),
    );
    expect(keysOf('exact-seq')).toContain('frac_reward_zero_std');
    expect(keysOf('exact-seq').filter((key) => key.startsWith('frac_groups'))).toEqual([]);
    expect(
      specsOf('exact-seq')
        .filter(({ isAlone }) => isAlone)
        .map(({ id }) => id),
    ).toEqual(['exact-way']);
    expect(specsOf('sums').some(({ isAlone }) => isAlone)).toBe(false);
  });
});
