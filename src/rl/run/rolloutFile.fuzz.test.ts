/**
 * @file Thousands of hostile rollout files: each is refused with a message that names a line, or holds rollouts that a
 * run can train on.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import { taskById } from '../../tasks/index.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { noSandbox } from '../sandbox/rewardFunction.ts';
import type { StoreSurroundings } from '../store/stored.ts';
import { LARGEST_STORE } from '../store/storeFile.ts';
import { readRolloutFile, RolloutFileError } from '../store/namedStore.ts';
import { changed, fuzzRuns, type Json, paths, Refusals, withInfinity } from '../../../testing/hostileJson.ts';

const SEED = 20_261_128;
const RUNS = fuzzRuns(6000);
const trainer = tinyTrainer();
await trainer.open({ ...tinyConfig, rollouts: 'offline', settings: { offline_prompts: 3 } }, onNode);
const { text } = await trainer.rollouts('calm-otter');
await trainer.dispose();

const task = taskById('sums');
const { prompt, completion } = task.lengths(2);
const surroundings: StoreSurroundings = {
  task,
  tokenizer: characterTokenizer(),
  groupSize: 4,
  sandbox: noSandbox,
  promptLength: prompt,
  completionLength: completion + 1,
};
const bytesOf = (content: string): Uint8Array => new TextEncoder().encode(content);
const good = bytesOf(text);

const lines = text
  .trimEnd()
  .split('\n')
  .map((line): Json => JSON.parse(line));
/** Without the digest, which would refuse every change. */
const header = Object.fromEntries(
  Object.entries(lines[0] as { [key: string]: Json }).filter(([name]) => name !== 'sha256'),
);
const store: Json[] = [header, ...lines.slice(1)];

const deep = Array.from({ length: 4000 }).reduce<Json>((inner) => [inner], 1);
const parse = (json: string): Json => JSON.parse(json);
const hostile: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    null,
    true,
    false,
    '',
    'NaN',
    '__proto__',
    0,
    -1,
    0.5,
    1e15,
    1e300,
    -1e300,
    5e-324,
    2 ** 53,
    [],
    {},
    [[]],
    'x'.repeat(500),
    '1+1=',
    '\u0000',
    '\ud800',
    'sums',
  ),
  fc.constant(deep),
  fc.constant(parse('{"__proto__": {"reward": 1}, "constructor": 1}')),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.string({ maxLength: 20 }),
  fc.array(fc.integer({ min: -3, max: 70 }), { maxLength: 12 }),
);
const file = (of: readonly Json[]): Uint8Array => bytesOf(`${of.map((line) => JSON.stringify(line)).join('\n')}\n`);
const places = paths(store).filter((path) => path.length > 0);
const valueAt = (path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((value, key) => (value as Record<string, Json> | undefined)?.[key], store as Json);
const lies = fc
  .array(fc.tuple(fc.constantFrom(...places), hostile), { minLength: 1, maxLength: 3 })
  .map((changes) => file(changes.reduce<Json>((value, [path, to]) => changed(value, path, to), store) as Json[]));
/** Files with a number that JSON cannot write. */
const infinite = fc
  .constantFrom(...places.filter((path) => typeof valueAt(path) === 'number'))
  .map(([line, ...path]) =>
    bytesOf(`${store.map((of, i) => (String(i) === line ? withInfinity(of, path) : JSON.stringify(of))).join('\n')}\n`),
  );
/** Well-formed files with a false statement. */
const contradictions = fc
  .tuple(
    fc.integer({ min: 1, max: store.length - 1 }),
    fc.constantFrom<(line: { [key: string]: Json }) => Json>(
      (line) => ({ ...line, terms: { ...(line['terms'] as object), answer: 1 } }),
      (line) => ({ ...line, difficulty: 3 }),
      (line) => ({ ...line, canonical: '1+1' }),
      (line) => ({ ...line, verdict: { ...(line['verdict'] as object), correct: true } }),
      (line) => ({ ...line, reward: 1 }),
      (line) => ({ ...line, shaped_terms: {} }),
    ),
  )
  .map(([at, lie]) => file(store.map((line, i) => (i === at ? lie(line as { [key: string]: Json }) : line))));
/** Headers with numbers out of range. */
const headers = fc
  .tuple(
    fc.constantFrom('temperature', 'difficulty', 'num_generations', 'rollouts'),
    fc.oneof(fc.constantFrom(1e308, -1, 0, 2.5, 99, 1e15), fc.double({ noNaN: true, noDefaultInfinity: true })),
  )
  .map(([field, to]) => file([{ ...header, [field]: to }, ...store.slice(1)]));
/** Well-formed files with unusual but valid numbers. */
const strange = fc
  .tuple(
    fc.constantFrom(
      ...places.filter(
        ([line, field, part]) => line !== '0' && (field === 'reward' || (field === 'logprobs' && part !== undefined)),
      ),
    ),
    fc.double({ min: -1e6, max: 0, noNaN: true }),
  )
  .map(([path, to]) => file(changed(store, path, to) as Json[]));
/** Well-formed lines in another order or number. */
const orders = fc.shuffledSubarray(store.slice(1)).map((some) => file([{ ...header, rollouts: some.length }, ...some]));
const bytes = fc
  .tuple(fc.option(fc.nat(good.length)), fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }))
  .map(([cut, changes]) => {
    const copy = good.slice(0, cut ?? good.length);
    for (const [at, byte] of changes) if (at < copy.length) copy[at] = byte;
    return copy;
  });
const noise = fc.uint8Array({ maxLength: 200 });

const finite = (value: unknown): boolean =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : typeof value !== 'object' || value === null || Object.values(value).every(finite);

it(`${RUNS} files are refused with a message, or can be trained on`, async () => {
  const seen = { refused: 0, used: 0 };
  const refusals = new Refusals(
    /temperature: At (least|most)/,
    /difficulty: At (least|most)/,
    /difficulty: A whole number/,
    /sums takes/,
    /difficulty: ".*" is of difficulty/,
    /canonical: /,
    /terms\.\w+: the term gives/,
    /verdict: the verifier/,
    /logprobs/,
    /reward/,
    /expected number|a number is needed/,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        { weight: 6, arbitrary: lies },
        { weight: 1, arbitrary: strange },
        { weight: 1, arbitrary: infinite },
        { weight: 1, arbitrary: contradictions },
        { weight: 1, arbitrary: headers },
        { weight: 1, arbitrary: orders },
        { weight: 3, arbitrary: bytes },
        { weight: 1, arbitrary: noise },
      ),
      async (content) => {
        try {
          const { groups, summary } = await readRolloutFile(content, surroundings);
          expect(finite(summary)).toBe(true);
          expect(summary.right).toBeGreaterThanOrEqual(0);
          expect(
            groups.every(
              ({ completions }) =>
                completions.length === 4 &&
                completions.every(
                  ({ logProbs, reward }) =>
                    finite(Array.from(logProbs)) && !Number.isFinite(Math.fround(reward)) === Number.isNaN(reward),
                ),
            ),
          ).toBe(true);
          seen.used++;
        } catch (error) {
          if (!(error instanceof RolloutFileError)) throw error;
          expect(error.message).toMatch(/^line \d+(, column \d+)?: \w/);
          refusals.see(error.message);
          seen.refused++;
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(refusals.missing).toEqual([]);
  expect(seen.refused).toBeGreaterThan(RUNS / 2);
  expect(seen.used).toBeGreaterThan(RUNS / 30);
}, 600_000);

it('the unchanged file is read, and one that is too large is refused before parsing', async () => {
  expect((await readRolloutFile(good, surroundings)).summary).toMatchObject({ rollouts: 12, policy: 'tiny' });
  await expect(readRolloutFile(new Uint8Array(LARGEST_STORE + 1), surroundings)).rejects.toThrow(
    'it has 64000001 bytes',
  );
});
