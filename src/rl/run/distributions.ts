/**
 * @file Next-token distributions at each place of a completion, under the base and the policy before the newest step
 * and now.
 */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { assert } from '../../lib/assert.ts';
import type { Lengths } from '../words/lengths.ts';
import type { Learner } from '../learner/learner.ts';
import type { Reading } from '../trajectory/tokens.ts';
import type { ByPolicy, DistributionsQuery, TokenDistribution } from './trainer.ts';
import { baseSlot, beforeSlot, policySlot } from '../words/slots.ts';

type Context = Lengths & {
  readonly learner: Learner;
  readonly tokenizer: Tokenizer;
  readonly temperature: number;
  /** The last committed step; the learner's `before` belongs to it. */
  readonly newest: number;
};

/** Indices of the `count` largest numbers, descending; ties by ascending index. */
function largest(values: Float32Array, count: number): number[] {
  return [...values.keys()].sort((a, b) => (values[b] as number) - (values[a] as number) || a - b).slice(0, count);
}

const entropyOf = (logs: Float32Array): number =>
  logs.reduce((sum, log) => (log > -Infinity ? sum - Math.exp(log) * log : sum), 0);

const each = <T, U>({ base, before, now }: ByPolicy<T>, to: (of: T) => U): ByPolicy<U> => ({
  base: to(base),
  ...(before === undefined ? {} : { before: to(before) }),
  now: to(now),
});

/**
 * The distribution before token `sampled`: the most likely tokens of each policy and the sampled one, sorted by `now`.
 */
function distributionAt(
  { tokenizer }: Context,
  sampled: number,
  logs: ByPolicy<Float32Array>,
  top: number,
): TokenDistribution {
  const ids = [
    ...new Set([sampled, ...[logs.now, logs.before, logs.base].flatMap((of) => (of ? largest(of, top) : []))]),
  ];
  const candidates = ids.map((id) => ({
    token: tokenizer.tokenText(id),
    sampled: id === sampled,
    ...each(logs, (of) => Math.exp(of[id] as number)),
  }));
  return {
    candidates: candidates.toSorted((a, b) => b.now - a.now || b.base - a.base),
    logProb: each(logs, (of) => of[sampled] as number),
    entropy: each(logs, entropyOf),
  };
}

/**
 * One distribution per token of the completion, at the run's temperature. UsageError for a prompt or completion that
 * does not fit the run.
 */
export async function readDistributions(
  context: Context,
  { prompt, tokenIds, step, top }: DistributionsQuery,
): Promise<TokenDistribution[]> {
  const { learner, tokenizer, temperature, promptLength, completionLength, newest } = context;
  const promptIds = tokenizer.encodePrompt(prompt);
  assert(
    promptIds.length > 0 && promptIds.length <= promptLength,
    `prompt: 1 to ${promptLength} tokens, not ${promptIds.length}`,
  );
  assert(
    tokenIds.length > 0 && tokenIds.length <= completionLength,
    `completion: 1 to ${completionLength} tokens, not ${tokenIds.length}`,
  );
  const foreign = tokenIds.find((id) => !Number.isInteger(id) || id < 0 || id >= tokenizer.vocabSize);
  assert(foreign === undefined, `completion: ${foreign} is not a token of this policy`);
  assert(Number.isInteger(top) && top > 0, `top: a whole number above 0, not ${top}`);
  const length = promptLength + completionLength;
  const row = new Int32Array(length).fill(tokenizer.padId);
  row.set([...promptIds, ...tokenIds]);
  const batch = { rows: 1, tokenIds: row, temperature };
  const [now, base] = [await learner.read(batch, policySlot, true), await learner.read(batch, baseSlot, true)];
  const before = step === newest && learner.has(beforeSlot) ? await learner.read(batch, beforeSlot, true) : undefined;
  const readings: ByPolicy<Reading> = { base, ...(before ? { before } : {}), now };
  const place = (logs: Float32Array | undefined, t: number): Float32Array => {
    assert(logs, 'the learner gave no distributions');
    const width = logs.length / (length - 1);
    const column = promptIds.length - 1 + t;
    return logs.subarray(column * width, (column + 1) * width);
  };
  return tokenIds.map((id, t) =>
    distributionAt(
      context,
      id,
      each(readings, ({ logDistribution }) => place(logDistribution, t)),
      top,
    ),
  );
}
