/** @file Lesson files: each wrong place is named, and a lesson survives being packed into an address. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../lib/assert.ts';
import { changed, fuzzRuns, hostile, type Json, paths } from '../../testing/hostileJson.ts';
import { lessonFile } from '../../testing/lessonFile.ts';
import { lessonsAsData } from './content/index.ts';
import { lessonDataSchema } from './data.ts';
import { packed, readLessonFile, unpacked } from './file.ts';
import { isLessonFile, isLessonWord } from './list.ts';

const anySettings = () => null;
const read = (value: Json) => readLessonFile(JSON.stringify(value), anySettings);
const refusal = (path: string, to: Json) => () => read(changed(lessonFile, path.split('.'), to));

test('a lesson file is read, and equal files have equal ids whatever their spaces', () => {
  const file = read(lessonFile);
  expect(file).toMatchObject({ author: 'Ms Example', data: { title: 'Pairs', next: 'group' } });
  expect(readLessonFile(JSON.stringify(lessonFile, null, 4), anySettings).id).toBe(file.id);
  expect(read(changed(lessonFile, ['title'], 'Other')).id).not.toBe(file.id);
  expect(isLessonWord(file.id)).toBe(true);
  expect(isLessonFile(JSON.stringify(lessonFile, null, 2))).toBe(true);
  expect(isLessonFile('{"format": "rollout-task"}')).toBe(false);
});

test('the lessons of the page that are data fit the schema of lesson files', () => {
  expect(lessonsAsData.map(({ title }) => title)).toContain('One update, slowly');
  for (const data of lessonsAsData) expect(lessonDataSchema.safeParse(data).error?.issues ?? []).toEqual([]);
});

describe('a refusal names the path in the file', () => {
  test.each<[path: string, to: Json, start: string]>([
    ['version', 2, 'version: this page reads version 1'],
    ['steps.0.prose.0', 5, 'steps[0].prose[0]: text is needed'],
    ['steps.0.kind', 'film', 'steps[0].kind: kind must be "read" or "run"'],
    ['steps.0.control', 'warp', 'steps[0].control: there is no such control'],
    ['steps.1.evidence', 'river:end', 'steps[1].evidence: there is no such drawing'],
    ['steps.1.readings.reward.metric', 'rewards', 'steps[1].readings.reward.metric: there is no such metric'],
    ['steps.1.readings.reward.update', 'mean', 'steps[1].readings.reward: metric or update: one is needed'],
    ['steps.1.choices.0.when.0.reading', 'x', 'steps[1]: there is no reading x'],
    ['steps.1.choices.1.id', 'yes', 'steps[1].choices: two have the same id'],
    ['steps.2.id', 'one', 'steps[2].id: a step before it is called one'],
    ['steps.1.prose.0', '{two.reward}', 'steps[1].prose[0]: {two.reward}: no earlier run has this reading'],
    ['learnt.0', '{reward}', 'learnt[0]: {reward}: no earlier run'],
    ['next', 'zebra', 'next: one of update, group'],
  ])('%s', (path, to, start) => {
    // `readings.reward.update` is a new key beside `metric`.
    const [, parent = '', key = ''] = /^(.*)\.(update)$/.exec(path) ?? [];
    const value = parent
      ? changed(lessonFile, parent.split('.'), { metric: 'reward', [key]: to })
      : changed(lessonFile, path.split('.'), to);
    expect(() => read(value)).toThrow(UsageError);
    expect(() => read(value)).toThrow(start);
  });

  test('settings that no run can have, unknown keys, broken JSON, and too long a file', () => {
    const problem = (settings: string) => (settings.includes('seed=2') ? 'seed is taken' : null);
    expect(() => readLessonFile(JSON.stringify(lessonFile), problem)).toThrow('steps[2].settings: seed is taken');
    expect(refusal('steps.1', { ...lessonFile.steps[1], code: 'alert(1)' })).toThrow(
      'steps[1]: Unrecognized key: "code"',
    );
    expect(() => readLessonFile('{\n"format": oops}', anySettings)).toThrow('line 2, column 11: it is not whole JSON');
    expect(() => readLessonFile(`{"x":"${'y'.repeat(100_000)}"}`, anySettings)).toThrow('at most 100000');
  });

  test('hostile files are refused in a sentence or are lessons', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths(lessonFile)), hostile, (path, to) => {
        try {
          expect(read(changed(lessonFile, path, to)).data.steps.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
      { numRuns: fuzzRuns(300), seed: 20_261_130 },
    );
  });
});

describe('packed into a word', () => {
  test('it is the same text again, and a word that an address takes', async () => {
    const { text } = read(lessonFile);
    const word = await packed(text);
    expect(isLessonWord(word ?? '')).toBe(true);
    expect(word?.length).toBeLessThan(text.length);
    expect(await unpacked(word ?? '')).toBe(text);
  });

  test('a text that stays long is not packed', async () => {
    const noise = Array.from({ length: 9000 }, (_, i) => String.fromCharCode(33 + ((i * i * 7919) % 90))).join('');
    const parts = Array.from({ length: 9 }, (_, i) => `${noise}${i * 31}`).join('');
    expect(
      await packed(parts + JSON.stringify(fc.sample(fc.string({ minLength: 9000 }), { numRuns: 1, seed: 1 }))),
    ).toBeNull();
  });

  test('a damaged word, and one that unfolds without end, are refused', async () => {
    const word = (await packed(read(lessonFile).text)) ?? '';
    await expect(unpacked(word.slice(0, 40))).rejects.toThrow('lesson: the link is not whole');
    await expect(unpacked('json.____')).rejects.toThrow(UsageError);
    const bomb = (await packed('a'.repeat(390_000))) ?? '';
    expect(bomb.length).toBeLessThan(1000);
    expect(await unpacked(bomb)).toHaveLength(390_000);
    const large = new Response(
      new Blob(['a'.repeat(5_000_000)]).stream().pipeThrough(new CompressionStream('deflate-raw')),
    );
    const larger = Buffer.from(await large.arrayBuffer()).toString('base64url');
    await expect(unpacked(`json.${larger}`)).rejects.toThrow('more than 400000 bytes');
  });
});
