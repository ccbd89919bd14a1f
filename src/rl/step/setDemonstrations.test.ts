/** @file A run's fixed set of demonstrations by two writers, and the rows that C-RLFT trains on. */
import { describe, expect, test } from 'vitest';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { withAlgorithm } from '../algorithm/configured.ts';
import { random } from '../../lib/random.ts';
import { formatsTask } from '../../tasks/formats.ts';
import { sums } from '../../tasks/sums.ts';
import { fromDemonstrationSet } from '../sampling/demonstrationSet.ts';
import type { SamplingTools, SetDemonstration } from '../sampling/sampling.ts';
import type { Group, JudgedTrajectory } from '../trajectory/groups.ts';
import type { Settings } from '../words/setting.ts';
import { setDemonstrations, writersOf } from './setDemonstrations.ts';

const config = { ...tinyConfig, task: 'formats', difficulty: 3 };
const surroundings = { config, task: formatsTask, tokenizer: characterTokenizer() };
const all = (writer: SetDemonstration['writer'], named = writer) =>
  Array.from({ length: 60 }, (_, index) => ({ index, writer, named }));

describe('the demonstrations', () => {
  test('of the expert are right, most of the other are wrong, and both solve the same problems in one format', async () => {
    const [expert, other] = await Promise.all([
      setDemonstrations(surroundings, all('expert')),
      setDemonstrations(surroundings, all('other')),
    ]);
    const verdicts = (of: typeof expert) => of.map(({ example, text }) => formatsTask.verify(example, text));
    expect(verdicts(expert).every(({ correct }) => correct)).toBe(true);
    const right = verdicts(other).filter(({ correct }) => correct).length;
    expect(right / 60).toBeGreaterThan(0.05);
    expect(right / 60).toBeLessThan(0.4);
    expect([...verdicts(expert), ...verdicts(other)].every(({ method }) => method === 'think')).toBe(true);
    expect(other.map(({ example }) => example)).toEqual(expert.map(({ example }) => example));
  });

  test('have the named writer’s token where the run has a prior prompt, and none without', async () => {
    const prompts = async (priorPrompt: string, named: SetDemonstration['named']) => {
      const asked = { ...surroundings, config: { ...config, priorPrompt } };
      return (await setDemonstrations(asked, all('expert', named))).map(({ example: { prompt } }) => prompt.charAt(0));
    };
    expect(new Set(await prompts('expert', 'other'))).toEqual(new Set(['|']));
    expect(new Set(await prompts('expert', 'expert'))).toEqual(new Set(['?']));
    expect((await prompts('none', 'expert')).every((character) => /[0-9]/.test(character))).toBe(true);
  });

  test('are refused for a task without two writers, before a run begins', async () => {
    const problem = 'task: sums has no demonstrations by two writers';
    expect(() => writersOf(sums)).toThrow(problem);
    const trainer = tinyTrainer();
    await expect(trainer.open(withAlgorithm({ ...config, task: 'sums' }, 'cRlft'), onNode)).rejects.toThrow(problem);
    await trainer.dispose();
  });

  test('of the other end at the sum without the last number', () => {
    const example = formatsTask.read?.('21+6+8+1:');
    expect(example && formatsTask.slip?.(example, 'think')).toBe('[27]35');
  });
});

describe('C-RLFT', () => {
  const asked: SetDemonstration[] = [];
  /** Rows of one step of 64 demonstrations beside 8 completions; `asked` holds the wanted demonstrations. */
  async function rowsOf(settings: Settings, step = 0) {
    asked.length = 0;
    const completion = { ids: [1, 2], written: Uint8Array.of(0, 1), reward: 0.5, terminated: true };
    const completions = Array.from({ length: 8 }, () => completion as unknown as JudgedTrajectory);
    const tools: Partial<SamplingTools> = {
      promptsPerStep: 8,
      settings,
      step,
      random: (...key) => random(7, ...key),
      groups: async () => [{ example: {}, completions } as unknown as Group],
      fromSet: async (chosen) => {
        asked.push(...chosen);
        return chosen.map(() => completion as unknown as JudgedTrajectory);
      },
    };
    return (await fromDemonstrationSet(tools as SamplingTools)).rows;
  }

  test('trains on the set alone, with reward 1 for the expert’s class and 0 for the other', async () => {
    const rows = await rowsOf({ demonstrations: 40, expert_share: 0.25 });
    expect(rows.slice(0, 8).every(({ used }) => !used)).toBe(true);
    expect(rows.slice(8).every(({ used, expert }) => used && expert)).toBe(true);
    expect(asked).toHaveLength(64);
    for (const [i, { index, writer, named }] of asked.entries()) {
      expect(writer).toBe(index < 10 ? 'expert' : 'other');
      expect(named).toBe(writer);
      expect(rows[8 + i]?.reward).toBe(index < 10 ? 1 : 0);
    }
    const first = asked.map(({ index }) => index);
    await rowsOf({ demonstrations: 40, expert_share: 0.25 }, 1);
    expect(asked.map(({ index }) => index)).not.toEqual(first);
  });

  test('with shuffled classes a demonstration keeps its writer and one class, which says nothing about the writer', async () => {
    const settings = { demonstrations: 40, expert_share: 0.5, shuffled_classes: 1 };
    const classes = new Map<number, string>();
    for (let step = 0; step < 20; step++) {
      await rowsOf(settings, step);
      for (const { index, named } of asked) {
        expect(classes.get(index) ?? named).toBe(named);
        classes.set(index, named);
      }
    }
    const expertsNamed = [...classes].filter(([, named]) => named === 'expert').map(([index]) => index);
    expect(expertsNamed).toHaveLength(20);
    const ofExpert = expertsNamed.filter((index) => index < 20).length;
    expect(ofExpert).toBeGreaterThan(4);
    expect(ofExpert).toBeLessThan(16);
  });
});
