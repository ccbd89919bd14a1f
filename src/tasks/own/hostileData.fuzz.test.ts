/**
 * @file Thousands of hostile data files in text: each is refused in a sentence, or is a task whose problems can be
 * drawn and judged.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changed, fuzzRuns, type Json, paths, Refusals } from '../../../testing/hostileJson.ts';
import { UsageError } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { checkerOf } from '../checkers.ts';
import { fileTask } from '../file.ts';
import { guessedChecker } from './guess.ts';

const SEED = 20_261_130;
const RUNS = fuzzRuns(1500);

const rows: readonly Json[] = Array.from({ length: 24 }, (_, i) => ({
  prompt: i % 2 === 0 ? `${i}+1=` : [{ role: 'user', content: `${i}+1?` }],
  answer: i + 1,
  split: i % 4 === 0 ? 'test' : 'train',
  difficulty: 1,
  numbers: [i, 1],
}));
const template: Json = {
  format: 'rollout-task',
  version: 1,
  title: 'Sums',
  checker: 'number',
  template: { prompt: '{a}+{b}=', answer: '{a+b}', variables: { a: { from: 1, to: 9 }, b: [1, 2, 3] } },
};
const csv = `prompt,answer,note\n${Array.from({ length: 24 }, (_, i) => `"${i}+1=",${i + 1},"a, ""b"""`).join('\n')}\n`;

const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    '',
    ' ',
    '__proto__',
    '####',
    '{a',
    '{a/0}',
    '(((((',
    0,
    -1,
    0.5,
    1e300,
    13,
    [],
    {},
  ),
  fc.string({ maxLength: 12 }),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
);
const textOf = (lines: readonly Json[]): string => lines.map((line) => JSON.stringify(line)).join('\n');

/** A text with a stretch cut out, doubled, or replaced. */
const mangled = (text: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(text.length), fc.nat(30), fc.constantFrom('', '"', '\n', '\0', '{', ',', '\ud800', ']', '\r'))
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const files: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(fc.constantFrom(...paths(rows)), hostile)
    .map(([path, value]) => changed(rows, path, value))
    .map((changedRows) => encode(textOf(Array.isArray(changedRows) ? changedRows : [changedRows]))),
  fc
    .tuple(fc.constantFrom(...paths(template)), hostile)
    .map(([path, value]) => encode(JSON.stringify(changed(template, path, value)))),
  mangled(textOf(rows)).map(encode),
  mangled(csv).map(encode),
  mangled(JSON.stringify(template)).map(encode),
  fc.uint8Array({ maxLength: 60 }),
);
const checkers = fc.constantFrom(
  guessedChecker,
  ...['exact', 'number', 'tagged', 'choice', 'expression', 'contains', 'regex:(\\d+)'].map(checkerOf),
);

const refusals = new Refusals(
  /^line \d+, column \d+: it is not whole JSON$/,
  /^line \d+, column \d+: prompt: /,
  /^line \d+, column \d+: answer: /,
  /^line \d+: split: /,
  /^line \d+, column \d+: answer: ".*": .* is needed/,
  /^line \d+, column \d+: the quote that begins here has no end$/,
  /^line \d+, column \d+: \d+ cells, but the first line names \d+ columns$/,
  /^line \d+, column \d+: template\.answer: /,
  /^line \d+, column \d+: it is no text in UTF-8$/,
);

it('ends in a sentence or in a task that can be drawn from', { timeout: 600_000 }, async () => {
  let opened = 0;
  await fc.assert(
    fc.asyncProperty(files, checkers, fc.string({ maxLength: 40 }), async (bytes, checker, completion) => {
      try {
        const task = await fileTask(bytes, checker);
        opened++;
        const { min, max } = task.difficulty;
        for (const split of ['train', 'heldout'] as const)
          for (const level of [min, max]) {
            const example = task.example(random(SEED, completion), split, level);
            expect(typeof example.prompt === 'string' && example.prompt !== '' && example.answer !== '').toBe(true);
            const { correct, parsed } = task.verify(example, completion);
            expect(correct && parsed === null).toBe(false);
            expect(task.lengths(level).completion).toBeGreaterThan(0);
          }
      } catch (cause) {
        if (!(cause instanceof UsageError)) throw cause;
        expect(cause.message).not.toMatch(/undefined|\[object|\bNaN\b/);
        refusals.see(cause.message);
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  expect(opened).toBeGreaterThan(RUNS / 20);
  expect(refusals.missing).toEqual([]);
});
