/**
 * @file Stored results as the page reads them: files of `claims/`, checked like anything from outside, and the link
 * that runs an arm again.
 */
import { z } from '../lib/zod.ts';

const word = z.string().max(4000);
const seeds = z.array(z.number().int().min(0)).min(1);
const share = z.number().min(0).max(1);
const verdict = z.enum(['shown', 'not reproduced']);
/** The name of a stored result and of its file. */
export const experimentSchema = z.string().regex(/^[a-z0-9-]{1,40}$/);
const paper = z.number().int().min(1).max(94).optional();

/** The list of all results, `claims/index.json`. */
export const resultListSchema = z
  .array(
    z.object({
      experiment: experimentSchema,
      paper,
      claim: word,
      verdict,
      date: word,
      seeds,
      command: word,
      version: word,
    }),
  )
  .max(500);
export type ResultHead = z.infer<typeof resultListSchema>[number];

/** Over the seeds of one base, or of all bases alike in results from before each had its own. */
const estimateSchema = z.object({ mean: z.number(), interval: z.tuple([z.number(), z.number()]).nullable() });
/** By base, where there are several. */
const effectSchema = estimateSchema.extend({ bases: z.record(word, estimateSchema).optional() });
const comparisonSchema = effectSchema.extend({ of: word, against: word, metric: word, pairs: z.number().int().min(1) });
const budgetSchema = z
  .object({ tokens: z.number().positive(), seconds: z.number().positive(), accuracy: share })
  .partial();

export const storedResultSchema = z.object({
  experiment: experimentSchema,
  paper,
  claim: word,
  method: word,
  command: word,
  version: word,
  date: word,
  seeds,
  verdict,
  judged: z.object({ version: word, date: word }).optional(),
  verdicts: z.record(word, verdict).optional(),
  policies: z.array(word).min(1),
  preset: word,
  metrics: z.array(z.object({ id: word, title: word, unit: word, digits: z.number().int().min(0).max(12) })).min(1),
  checks: z.array(z.object({ rule: word, holds: z.boolean(), bases: z.record(word, z.boolean()).optional() })),
  arms: z.array(
    z.object({
      arm: word,
      title: word,
      flags: z.array(word),
      note: word.optional(),
      runs: z.number().int().min(0),
      metrics: z.record(word, effectSchema),
    }),
  ),
  comparisons: z.array(comparisonSchema).optional(),
  budget: budgetSchema.optional(),
});

export type StoredResult = z.infer<typeof storedResultSchema>;
export type StoredArm = StoredResult['arms'][number];
export type StoredMetric = StoredResult['metrics'][number];

/** Flags of `train` that go by another name in a link. */
const otherName: Readonly<Record<string, string>> = { steps: 'max_steps' };
/** Flags that hold a list of `id=value`, what parts it, and what stands before each id in a link. */
const lists: Readonly<Record<string, { readonly prefix: string; readonly between: string }>> = {
  set: { prefix: 'set.', between: ',' },
  reward_weights: { prefix: 'reward.', between: ',' },
  reward_shaping: { prefix: 'shape.', between: ';' },
};
/** They say how a run is measured before and after, and are no part of it. */
const ofMeasuring: readonly string[] = [
  'eval_problems',
  'eval_samples',
  'ood',
  'stop_tokens',
  'stop_seconds',
  'stop_accuracy',
];

/** `--name value` and `--switch` as pairs; a switch stands for 1. */
function flagPairs(flags: readonly string[]): [string, string][] {
  return flags.flatMap((flag, index): [string, string][] => {
    if (!flag.startsWith('--')) return [];
    const next = flags[index + 1];
    return [[flag.slice(2), next === undefined || next.startsWith('--') ? '1' : next]];
  });
}

/**
 * The words of the link that trains an arm in the page, with the first of the stored seeds unless told otherwise: the
 * flags of `train` by the names that an address has for them.
 */
export function armWords(
  { preset, policies, seeds: [first] }: Pick<StoredResult, 'preset' | 'policies' | 'seeds'>,
  { flags }: Pick<StoredArm, 'flags'>,
  seed = first,
): URLSearchParams {
  const words = new URLSearchParams({ preset, policy: policies[0] ?? '', seed: String(seed) });
  for (const [name, value] of flagPairs(flags)) {
    if (ofMeasuring.includes(name)) continue;
    const list = lists[name];
    if (list)
      for (const [id = '', part = ''] of value.split(list.between).map((item) => item.split('=')))
        words.set(`${list.prefix}${id}`, part);
    else words.set(otherName[name] ?? name, value);
  }
  return words;
}

/**
 * The flags of `train` for the words of a link, the other way round; a link's word that no flag has stays one, which
 * `train` refuses by name.
 */
export function trainFlags(words: URLSearchParams): string[] {
  const values = new Map<string, string>();
  for (const [word, value] of words) {
    const list = Object.entries(lists).find(([, { prefix }]) => word.startsWith(prefix));
    if (!list) {
      values.set(Object.entries(otherName).find(([, linked]) => linked === word)?.[0] ?? word, value);
      continue;
    }
    const [name, { prefix, between }] = list;
    values.set(
      name,
      [values.get(name), `${word.slice(prefix.length)}=${value}`].filter((part) => part !== undefined).join(between),
    );
  }
  return [...values].flatMap(([name, value]) => [`--${name}`, value]);
}
