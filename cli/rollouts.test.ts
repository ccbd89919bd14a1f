/** @file A store in a file: the same from the same seed, learnt from like the base's own, and refused by line and field where it was changed. */
import { describe, expect, test } from 'vitest';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import { presetConfig } from '../src/rl/config.ts';
import { storedRollouts, type StoredRollout, type StoreSurroundings } from '../src/rl/rollout/stored.ts';
import { decodeStore, encodeStore } from '../src/rl/rollout/storeFile.ts';
import { taskById } from '../src/tasks/index.ts';
import { baseStore } from './baseStore.ts';
import { tinyPolicy } from './fixture.ts';
import { type RunRequest, trainRun } from './trainRun.ts';

const policy = await tinyPolicy();
const config = {
  ...presetConfig('default'), policy: 'tiny', rollouts: 'offline', settings: { offline_prompts: 6 }, seed: 5, maxSteps: 2, evalEvery: 0, numGenerations: 4, promptsPerStep: 4, shardSize: 8, rank: 2, alpha: 4, warmupSteps: 0, difficulty: 2,
};
const task = taskById('sums');
const run: StoreSurroundings = {
  task, tokenizer: tokenizerFrom(policy.checkpoint.tokenizer), groupSize: 4, promptLength: task.lengths(2).prompt, completionLength: task.lengths(2).completion + 1,
};
const described = { policy: 'tiny', task: 'sums', difficulty: 2, temperature: 1, num_generations: 4 };
const groups = await baseStore(config, policy, 'node', 1);
const file = encodeStore(groups, described);

describe('a store', () => {
  test('is the same text from the same seed, whatever the number of workers, and comes back as it was', async () => {
    expect(encodeStore(await baseStore(config, policy, 'node', 2), described)).toBe(file);
    expect(encodeStore(await baseStore({ ...config, seed: 6 }, policy, 'node', 1), described)).not.toBe(file);
    expect(decodeStore(file, run)).toEqual(groups);
    expect(file.split('\n')).toHaveLength(1 + 24 + 1);
  });

  test('from a file is learnt from like the one that the base writes in the run', async () => {
    const request: RunRequest = { preset: 'default', config, policy, backend: 'node', workers: 1, evalProblems: 8, evalSamples: 1 };
    const own = await trainRun(request);
    const given = await trainRun({ ...request, store: { path: 'store.jsonl', text: file, sha256: 'abc' } });
    expect(given.summary.adapterHash).toBe(own.summary.adapterHash);
    expect(given.summary.store).toBe('abc');
    expect(own.summary).not.toHaveProperty('store');
    const half = file.slice(0, file.length / 2);
    await expect(trainRun({ ...request, store: { path: 'store.jsonl', text: half, sha256: '' } })).rejects.toThrow('--offline store.jsonl: line 1: rollouts: 24 lines should follow');
  });
});

/** The file with the third rollout changed; its digest is that of the changed lines, or what it was. */
function changed(change: (rollout: StoredRollout) => object, signed = true): string {
  const [header = '', ...lines] = file.trimEnd().split('\n');
  const { sha256, ...rest } = JSON.parse(header) as Record<string, unknown>;
  const third = storedRollouts(groups)[2] as StoredRollout;
  return [JSON.stringify(signed ? rest : { ...rest, sha256 }), ...lines.map((line, i) => (i === 2 ? JSON.stringify(change(third)) : line))].join('\n');
}

describe('a file that was changed is refused by line and field', () => {
  test.each<[string, (rollout: StoredRollout) => object, RegExp]>([
    ['a missing field', (r) => ({ ...r, logprobs: undefined }), /^line 4: logprobs: /],
    ['a field too many', (r) => ({ ...r, note: 1 }), /^line 4: fields: /],
    ['a word for a number', (r) => ({ ...r, reward: 'high' }), /^line 4: reward: /],
    ['a probability above 1', (r) => ({ ...r, logprobs: r.logprobs.map(() => 0.5) }), /^line 4: logprobs\.0: a log-probability is 0 at most/],
    ['a log-probability beyond single precision', (r) => ({ ...r, logprobs: r.logprobs.map(() => -1e300) }), /^line 4: logprobs\.0: a log-probability is −1 000 000 at least/],
    ['a reward beyond it', (r) => ({ ...r, reward: 1e300 }), /^line 4: reward: a score is 1e30 at most/],
    ['fewer log-probabilities than tokens', (r) => ({ ...r, logprobs: r.logprobs.slice(1) }), /^line 4: logprobs: \d+ numbers are needed, not/],
    ['another prompt', (r) => ({ ...r, prompt: 'what?' }), /^line 4: prompt: "what\?" is no problem of sums/],
    ['another answer', (r) => ({ ...r, answer: '0' }), /^line 4: answer: /],
    ['other prompt tokens', (r) => ({ ...r, prompt_ids: [...r.prompt_ids, 5] }), /^line 4: prompt_ids: they do not spell/],
    ['other completion tokens', (r) => ({ ...r, completion_ids: r.completion_ids.map((id) => (id === 3 ? 4 : 3)) }), /^line 4: (terminated|completion): /],
    ['another text', (r) => ({ ...r, completion: `${r.completion}1` }), /^line 4: completion: it is not what completion_ids spell/],
    ['a token that there is not', (r) => ({ ...r, completion_ids: r.completion_ids.map(() => 999) }), /^line 4: completion_ids: below 64/],
    ['another verdict', (r) => ({ ...r, verdict: { ...r.verdict, correct: !r.verdict.correct } }), /^line 4: verdict: the verifier of sums says/],
    ['a step of its own', (r) => ({ ...r, step: 7 }), /^line 4: prompt: groups of 4 completions of one prompt and step/],
  ])('%s', (_, change, message) => {
    expect(() => decodeStore(changed(change), run)).toThrow(message);
  });

  test('what fits but is not what was written is told by the digest, where the file has one', () => {
    const lower = (r: StoredRollout) => ({ ...r, logprobs: r.logprobs.map((lp) => lp - 0.25) });
    expect(() => decodeStore(changed(lower, false), run)).toThrow('line 1: sha256: the lines were changed since they were written');
    expect(decodeStore(changed(lower), run)).toHaveLength(6);
  });

  test('a header that does not fit the run, or none, is refused by its field', () => {
    const headed = (change: object) => file.replace(/^.*\n/, `${JSON.stringify({ ...(JSON.parse(file.split('\n')[0] ?? '') as object), ...change })}\n`);
    expect(() => decodeStore('', run)).toThrow('line 1: it is not whole JSON');
    expect(() => decodeStore(file.slice(0, -20), run)).toThrow('line 25: it is not whole JSON');
    expect(() => decodeStore(headed({ format: 'other' }), run)).toThrow('line 1: format: it is no store of rollouts');
    expect(() => decodeStore(headed({ version: 2 }), run)).toThrow('line 1: version: this version reads 1');
    expect(() => decodeStore(headed({ task: 'chain' }), run)).toThrow('line 1: task: it holds rollouts of chain');
    expect(() => decodeStore(headed({ temperature: 0 }), run)).toThrow('line 1: temperature: ');
    expect(() => decodeStore(headed({ num_generations: 8 }), run)).toThrow('line 1: num_generations: it holds groups of 8');
    expect(() => decodeStore(headed({ rollouts: 30 }), run)).toThrow('line 1: rollouts: 30 lines should follow, and 24 do');
  });
});
