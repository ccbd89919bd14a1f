/**
 * @file Next-token distributions at each place of a completion, under the base and the policy before the newest step
 * and now.
 */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { assert, present } from '../../lib/assert.ts';
import type { Lengths } from '../words/lengths.ts';
import type { Learner } from '../learner/learner.ts';
import type { Likeliest } from '../trajectory/tokens.ts';
import type { ByPolicy, DistributionsQuery, TokenDistribution } from './trainer.ts';
import { baseSlot, beforeSlot, policySlot } from '../words/slots.ts';

type Context = Lengths & {
  readonly learner: Learner;
  readonly tokenizer: Tokenizer;
  readonly temperature: number;
  /** The last committed step; the learner's `before` belongs to it. */
  readonly newest: number;
};

/** Tokens listed per policy: of a vocabulary of characters few have most of the probability. */
const topOf = (vocabSize: number): number => (vocabSize > 256 ? 20 : 6);

/** Slots of the policies, in the order of their columns. */
const slotOf: ByPolicy<string> = { base: baseSlot, before: beforeSlot, now: policySlot };

/**
 * The distribution before token `sampled`: the most likely tokens of each policy and the sampled one, sorted by `now`.
 */
function distributionAt(
  tokenizer: Tokenizer,
  sampled: number,
  { ids, policies }: Likeliest,
  order: readonly (keyof ByPolicy<unknown>)[],
): TokenDistribution {
  const each = (to: (of: Likeliest['policies'][number]) => number): ByPolicy<number> =>
    Object.fromEntries(order.map((name, i) => [name, to(present(policies[i], name))])) as unknown as ByPolicy<number>;
  const candidates = ids.map((id, i) => ({
    token: tokenizer.tokenText(id),
    sampled: id === sampled,
    control: tokenizer.isControl(id),
    ...each(({ logProbs }) => Math.exp(logProbs[i] as number)),
  }));
  return {
    candidates: candidates.toSorted((a, b) => b.now - a.now || b.base - a.base),
    logProb: each(({ logProbs }) => logProbs[ids.indexOf(sampled)] as number),
    entropy: each(({ entropy }) => entropy),
  };
}

/**
 * One distribution per token of the completion, at the run's temperature. UsageError for a prompt or completion that
 * does not fit the run.
 */
export async function readDistributions(
  context: Context,
  { prompt, tokenIds, step, top = topOf(context.tokenizer.vocabSize) }: DistributionsQuery,
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
  const columns = tokenIds.map((_, t) => promptIds.length - 1 + t);
  // Without a mask an end token that is also the padding would not be read.
  const mask = new Float32Array(length - 1);
  for (const column of columns) mask[column] = 1;
  const policies = ['base', ...(step === newest && learner.has(beforeSlot) ? ['before' as const] : []), 'now'] as const;
  const places = await learner.likeliest({
    batch: { rows: 1, tokenIds: row, temperature, arrays: { mask } },
    columns,
    slots: policies.map((name) => slotOf[name] as string),
    count: top,
  });
  return places.map((place, t) => distributionAt(tokenizer, tokenIds[t] as number, place, policies));
}
