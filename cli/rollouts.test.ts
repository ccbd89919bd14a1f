/**
 * @file A store in a file: the same from the same seed, equivalent to the base's own, and refused by line and field if
 * changed.
 */
import { describe, expect, test } from 'vitest';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { noSandbox } from '../src/rl/sandbox/rewardFunction.ts';
import { storedRollouts, type StoredRollout, type StoreSurroundings } from '../src/rl/store/stored.ts';
import { decodeStore, encodeStore } from '../src/rl/store/storeFile.ts';
import { taskById } from '../src/tasks/index.ts';
import { baseStore } from './baseStore.ts';
import { tinyPolicy } from './fixture.ts';
import { trainRun } from './trainRun.ts';
import type { RunRequest } from './trainRequest.ts';

const policy = await tinyPolicy();
const config = {
  ...presetConfig('default'),
  policy: 'tiny',
  rollouts: 'offline',
  settings: { offline_prompts: 6 },
  seed: 5,
  maxSteps: 2,
  evalEvery: 0,
  numGenerations: 4,
  promptsPerStep: 4,
  shardSize: 8,
  rank: 2,
  alpha: 4,
  warmupSteps: 0,
  difficulty: 2,
};
const task = taskById('sums');
const run: StoreSurroundings = {
  task,
  tokenizer: tokenizerFrom(policy.checkpoint.tokenizer),
  groupSize: 4,
  sandbox: noSandbox,
  promptLength: task.lengths(2).prompt,
  completionLength: task.lengths(2).completion + 1,
};
const described = { policy: 'tiny', task: 'sums', difficulty: 2, temperature: 1, num_generations: 4 };
const groups = await baseStore(config, policy, 'node', 1);
const file = encodeStore(groups, described);

describe('a store', () => {
  test('is the same text from the same seed, for any number of workers, and reads back unchanged', async () => {
    expect(encodeStore(await baseStore(config, policy, 'node', 2), described)).toBe(file);
    expect(encodeStore(await baseStore({ ...config, seed: 6 }, policy, 'node', 1), described)).not.toBe(file);
    expect(await decodeStore(file, run)).toEqual(groups);
    expect(file.split('\n')).toHaveLength(1 + 24 + 1);
  });

  test('from a file trains like the one that the base writes during the run', async () => {
    const request: RunRequest = {
      preset: 'default',
      config,
      policy,
      backend: 'node',
      workers: 1,
      evalProblems: 8,
      evalSamples: 1,
    };
    const own = await trainRun(request);
    const given = await trainRun({ ...request, store: { path: 'store.jsonl', text: file, sha256: 'abc' } });
    expect(given.summary.adapterHash).toBe(own.summary.adapterHash);
    expect(given.summary.store).toBe('abc');
    expect(own.summary).not.toHaveProperty('store');
    const half = file.slice(0, file.length / 2);
    await expect(trainRun({ ...request, store: { path: 'store.jsonl', text: half, sha256: '' } })).rejects.toThrow(
      '--offline store.jsonl: line 1: rollouts: 24 lines should follow',
    );
  });
});

/** The file with the third rollout changed; its digest is recomputed if `signed`. */
function changed(change: (rollout: StoredRollout) => object, signed = true): string {
  const [header = '', ...lines] = file.trimEnd().split('\n');
  const { sha256, ...rest } = JSON.parse(header) as Record<string, unknown>;
  const third = storedRollouts(groups)[2] as StoredRollout;
  return [
    JSON.stringify(signed ? rest : { ...rest, sha256 }),
    ...lines.map((line, i) => (i === 2 ? JSON.stringify(change(third)) : line)),
  ].join('\n');
}

test('rewards in a file are ignored: the run judges by its own terms, so inverted rewards change nothing', async () => {
  // The tiny policy is never right, but its first token varies.
  const code = 'function reward({ completion }) { return completion.length > 0 ? completion.charCodeAt(0) % 7 : 0; }';
  const paid = { ...config, ownTerms: { first: { code, onFailure: 'stop' as const } }, rewardWeights: { first: 0.5 } };
  const written = await baseStore(paid, policy, 'node', 1);
  expect(new Set(written.flatMap(({ completions }) => completions.map(({ reward }) => reward))).size).toBeGreaterThan(
    2,
  );
  const as = (change: (reward: number) => number) =>
    encodeStore(
      written.map((group) => ({
        ...group,
        completions: group.completions.map((of) => ({ ...of, reward: change(of.reward) })),
      })),
      described,
    );
  const hashOf = async (text: string, changes: Partial<typeof paid> = {}) =>
    (
      await trainRun({
        preset: 'default',
        config: { ...paid, ...changes },
        policy,
        backend: 'node',
        workers: 1,
        evalProblems: 8,
        evalSamples: 1,
        store: { path: 'store.jsonl', text, sha256: 'abc' },
      })
    ).summary.adapterHash;
  const right = await hashOf(as((reward) => reward));
  expect(await hashOf(as((reward) => -reward))).toBe(right);
  expect(
    await hashOf(
      as((reward) => reward),
      { rewardWeights: { first: -0.5 } },
    ),
    'the weights of the run are what counts',
  ).not.toBe(right);
  expect(
    await hashOf(
      as((reward) => reward),
      { shuffleRewards: true },
    ),
    'the control arm has these rewards shuffled too',
  ).not.toBe(right);
});

describe('a changed file is refused by line and field', () => {
  test.each<[string, (rollout: StoredRollout) => object, RegExp]>([
    ['a missing field', (r) => ({ ...r, logprobs: undefined }), /^line 4: logprobs: /],
    ['a field too many', (r) => ({ ...r, note: 1 }), /^line 4: fields: /],
    ['a word for a number', (r) => ({ ...r, reward: 'high' }), /^line 4: reward: /],
    [
      'a probability above 1',
      (r) => ({ ...r, logprobs: r.logprobs.map(() => 0.5) }),
      /^line 4: logprobs\.0: a log-probability is 0 at most/,
    ],
    [
      'a log-probability beyond single precision',
      (r) => ({ ...r, logprobs: r.logprobs.map(() => -1e300) }),
      /^line 4: logprobs\.0: a log-probability is −1 000 000 at least/,
    ],
    ['a reward beyond it', (r) => ({ ...r, reward: 1e300 }), /^line 4: reward: a score is 1e30 at most/],
    [
      'fewer log-probabilities than tokens',
      (r) => ({ ...r, logprobs: r.logprobs.slice(1) }),
      /^line 4: logprobs: \d+ numbers are needed, not/,
    ],
    ['another prompt', (r) => ({ ...r, prompt: 'what?' }), /^line 4: prompt: "what\?" is no problem of sums/],
    ['another answer', (r) => ({ ...r, answer: '0' }), /^line 4: answer: /],
    [
      'other prompt tokens',
      (r) => ({ ...r, prompt_ids: [...r.prompt_ids, 5] }),
      /^line 4: prompt_ids: they do not spell/,
    ],
    [
      'other completion tokens',
      (r) => ({ ...r, completion_ids: r.completion_ids.map((id) => (id === 3 ? 4 : 3)) }),
      /^line 4: (terminated|completion): /,
    ],
    [
      'another text',
      (r) => ({ ...r, completion: `${r.completion}1` }),
      /^line 4: completion: it is not what completion_ids spell/,
    ],
    [
      'a token that there is not',
      (r) => ({ ...r, completion_ids: r.completion_ids.map(() => 999) }),
      /^line 4: completion_ids: below 64/,
    ],
    [
      'another verdict',
      (r) => ({ ...r, verdict: { ...r.verdict, correct: !r.verdict.correct } }),
      /^line 4: verdict: the verifier of sums says/,
    ],
    [
      'a difficulty that its prompt does not have',
      (r) => ({ ...r, difficulty: -1 }),
      /^line 4: difficulty: ".*" is of difficulty 2, not -1$/,
    ],
    ['another canonical form', (r) => ({ ...r, canonical: 'x' }), /^line 4: canonical: /],
    [
      'a score that its term does not give',
      (r) => ({ ...r, terms: { ...r.terms, answer: 1 - (r.terms['answer'] ?? 0) } }),
      /^line 4: terms\.answer: the term gives [01], not [01]$/,
    ],
    [
      'a score that is not there',
      (r) => ({ ...r, terms: { ...r.terms, format: null } }),
      /^line 4: terms\.format: the term gives [01], not NaN$/,
    ],
    [
      'a step of its own',
      (r) => ({ ...r, step: 7 }),
      /^line 4: prompt: groups of 4 completions of one prompt and step/,
    ],
  ])('%s', async (_, change, message) => {
    await expect(decodeStore(changed(change), run)).rejects.toThrow(message);
  });

  test('a changed file with valid fields is detected by its digest, if the file has one', async () => {
    const lower = (r: StoredRollout) => ({ ...r, logprobs: r.logprobs.map((lp) => lp - 0.25) });
    await expect(decodeStore(changed(lower, false), run)).rejects.toThrow(
      'line 1: sha256: the lines were changed since they were written',
    );
    expect(await decodeStore(changed(lower), run)).toHaveLength(6);
  });

  test('a header that does not fit the run, or a missing one, is refused by field', async () => {
    const headed = (change: object) =>
      file.replace(/^.*\n/, `${JSON.stringify({ ...(JSON.parse(file.split('\n')[0] ?? '') as object), ...change })}\n`);
    await expect(decodeStore('', run)).rejects.toThrow('line 1: it is not whole JSON');
    await expect(decodeStore(file.slice(0, -20), run)).rejects.toThrow('line 25: it is not whole JSON');
    await expect(decodeStore(headed({ format: 'other' }), run)).rejects.toThrow(
      'line 1: format: it is no store of rollouts',
    );
    await expect(decodeStore(headed({ version: 2 }), run)).rejects.toThrow('line 1: version: this version reads 1');
    await expect(decodeStore(headed({ task: 'chain' }), run)).rejects.toThrow(
      'line 1: task: it holds rollouts of chain',
    );
    for (const [temperature, words] of [
      [0, 'At least 0.1.'],
      [1e308, 'At most 10.'],
      ['1,0', 'a number is needed'],
    ] as const)
      await expect(decodeStore(headed({ temperature }), run)).rejects.toThrow(`line 1: temperature: ${words}`);
    for (const [difficulty, words] of [
      [-1, 'At least 1.'],
      [2.5, 'A whole number is needed.'],
      [1e9, 'At most 1000.'],
      [12, 'sums takes 2 to 6, not 12'],
    ] as const)
      await expect(decodeStore(headed({ difficulty }), run)).rejects.toThrow(`line 1: difficulty: ${words}`);
    await expect(decodeStore(headed({ num_generations: 8 }), run)).rejects.toThrow(
      'line 1: num_generations: it holds groups of 8',
    );
    await expect(decodeStore(headed({ rollouts: 30 }), run)).rejects.toThrow(
      'line 1: rollouts: 30 lines should follow, and 24 do',
    );
  });
});
