/** @file Demonstrations by the record of a group, and from a fixed set. */
import { describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import type { Example } from '../../tasks/task.ts';
import type { Group, JudgedTrajectory } from '../trajectory/groups.ts';
import type { Settings } from '../words/setting.ts';
import { demonstrationRequests, routedGroups } from './routing.ts';

const exampleOf = (prompt: string): Example => ({ prompt, answer: '1', canonical: prompt, difficulty: 1 });

/** A group with four completions, so many of them right. */
const groupOf = (right: number): Group => ({
  example: exampleOf(`${right} right`),
  completions: [0, 1, 2, 3].map((i) => ({ verdict: { correct: i < right } }) as JudgedTrajectory),
});
const groups = [groupOf(0), groupOf(1), groupOf(3), groupOf(4)];

const toolsWith = (settings: Settings, step = 0) => ({
  settings,
  step,
  styles: { usual: 'short', expert: 'long' },
  random: (...key: (string | number)[]) => random(7, ...key),
  firstPrompts: (count: number) => Array.from({ length: count }, (_, i) => exampleOf(`set ${i}`)),
});

describe('the groups whose prompts get demonstrations', () => {
  test.each([
    ['all by default', {}, [0, 1, 2, 3]],
    ['those that are all wrong', { demonstrate_to: 0 }, [0]],
    ['those that are solved', { demonstrate_from: 1 }, [3]],
    ['the mixed ones', { demonstrate_from: 0.01, demonstrate_to: 0.99 }, [1, 2]],
  ])('%s', (_, settings, expected) => {
    expect(routedGroups({ settings }, groups)).toEqual(expected);
  });

  test('an empty range is refused by name', () => {
    const settings = { demonstrate_from: 0.8, demonstrate_to: 0.2 };
    expect(() => routedGroups({ settings }, groups)).toThrow('demonstrate_from: 0.8 is above demonstrate_to, 0.2');
  });
});

describe('the demonstrations', () => {
  test('are of the routed groups’ own prompts, right and in the expert’s style', () => {
    const requests = demonstrationRequests(toolsWith({ demonstrate_to: 0.25 }, 3), groups, 2);
    const [first, second] = ['0 right', '1 right'].map((prompt) => ({
      source: 'solver',
      style: 'long',
      quality: 'right',
      weight: 1,
      example: exampleOf(prompt),
    }));
    expect(requests).toEqual([
      { ...first, group: 0, key: [3, 0, 0] },
      { ...first, group: 0, key: [3, 0, 1] },
      { ...second, group: 1, key: [3, 1, 0] },
      { ...second, group: 1, key: [3, 1, 1] },
    ]);
  });

  test('from a set of three: no prompt twice before all were used, and always with the same record', () => {
    const settings = { demonstration_prompts: 3, demonstrations_wrong: 0.5, wrong_demonstration_weight: 0.25 };
    const at = (step: number) => demonstrationRequests(toolsWith(settings, step), groups, 1);
    for (const step of [0, 1, 2]) {
      const prompts = at(step).map(({ example }) => example.prompt);
      expect(prompts).toHaveLength(4);
      expect(new Set(prompts.slice(0, 3))).toEqual(new Set(['set 0', 'set 1', 'set 2']));
      expect(at(step).every(({ source }) => source === 'solved set')).toBe(true);
    }
    const kinds = [0, 1, 2, 3, 4, 5].flatMap(at).map(({ example, quality }) => `${example.prompt} ${quality}`);
    expect(new Set(kinds).size).toBe(3);
  });

  test('style, quality and weight follow their shares', () => {
    const settings = { demonstrations_wrong: 0.25, wrong_demonstration_weight: 0.5, demonstrations_usual_style: 0.75 };
    const many = Array.from({ length: 400 }, () => groupOf(0));
    const requests = demonstrationRequests(toolsWith(settings), many, 1);
    const share = (is: (request: (typeof requests)[number]) => boolean) => requests.filter(is).length / requests.length;
    expect(share(({ quality }) => quality === 'wrong')).toBeCloseTo(0.25, 1);
    expect(share(({ style }) => style === 'short')).toBeCloseTo(0.75, 1);
    for (const { quality, weight } of requests) expect(weight).toBe(quality === 'wrong' ? 0.5 : 1);
  });
});
