/**
 * @file Stored results, the files of `claims/`: validated like any outside input, and the link that trains an arm
 * again.
 */
import { z } from '../lib/zod.ts';
import {
  checksSchema,
  figureSchema,
  liveSchema,
  pilotSchema,
  powerSchema,
  seeds,
  verdictSchema as verdict,
  word,
} from './resultParts.ts';

const share = z.number().min(0).max(1);
/** Name of a stored result and of its file. */
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
      finding: word.optional(),
    }),
  )
  .max(500);
export type ResultHead = z.infer<typeof resultListSchema>[number];

/** Over the seeds of one base; in results from before bases were separate, over all bases. */
const estimateSchema = z.object({ mean: z.number(), interval: z.tuple([z.number(), z.number()]).nullable() });
/** By base, if there are several. */
const effectSchema = estimateSchema.extend({ bases: z.record(word, estimateSchema).optional() });
const comparisonSchema = effectSchema.extend({ of: word, against: word, metric: word, pairs: z.number().int().min(1) });
/** A number of a stored result. */
export const metricSchema = z.object({ id: word, title: word, unit: word, digits: z.number().int().min(0).max(12) });
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
  metrics: z.array(metricSchema).min(1),
  checks: checksSchema,
  /** Absent in results from before preconditions. */
  preconditions: checksSchema.optional(),
  measure: z.object({ metric: word, best: z.enum(['highest', 'lowest']) }).optional(),
  methodArm: word.optional(),
  winner: z.object({ arm: word, isMethod: z.boolean() }).optional(),
  finding: word.optional(),
  pilot: pilotSchema.optional(),
  power: powerSchema.optional(),
  live: liveSchema.optional(),
  figure: figureSchema.optional(),
  arms: z.array(
    z.object({
      arm: word,
      title: word,
      flags: z.array(word),
      note: word.optional(),
      runs: z.number().int().min(0),
      secondsPerStep: z.number().positive().optional(),
      metrics: z.record(word, effectSchema),
    }),
  ),
  comparisons: z.array(comparisonSchema).optional(),
  budget: budgetSchema.optional(),
});

export type StoredResult = z.infer<typeof storedResultSchema>;
export type StoredArm = StoredResult['arms'][number];
export type StoredMetric = StoredResult['metrics'][number];

/** Flags of `train` with another name in links. */
const otherName: Readonly<Record<string, string>> = { steps: 'max_steps' };
/** Flags that hold a list of `id=value`: the prefix of each id in links, and the separator. */
const lists: Readonly<Record<string, { readonly prefix: string; readonly between: string }>> = {
  set: { prefix: 'set.', between: ',' },
  reward_weights: { prefix: 'reward.', between: ',' },
  reward_shaping: { prefix: 'shape.', between: ';' },
};
/** Flags about evaluation before and after a run; they are not part of the run. */
const ofMeasuring: readonly string[] = [
  'eval_problems',
  'eval_samples',
  'ood',
  'retention',
  'stop_tokens',
  'stop_seconds',
  'stop_accuracy',
  'stop_reward',
];

/** `--name value` and `--switch` as pairs; a switch has the value 1. */
function flagPairs(flags: readonly string[]): [string, string][] {
  return flags.flatMap((flag, index): [string, string][] => {
    if (!flag.startsWith('--')) return [];
    const next = flags[index + 1];
    return [[flag.slice(2), next === undefined || next.startsWith('--') ? '1' : next]];
  });
}

/** The result with this base first, which is the one that the page trains; as it is for an unknown base. */
export const basedOn = (result: StoredResult, base: string | undefined): StoredResult =>
  base === undefined || !result.policies.includes(base)
    ? result
    : { ...result, policies: [base, ...result.policies.filter((other) => other !== base)] };

/** Problems as `task:difficulty` that the arms are also measured on, though only by the command. */
export const measuredElsewhere = ({ arms }: Pick<StoredResult, 'arms'>): readonly string[] => [
  ...new Set(
    arms.flatMap(({ flags }) => flagPairs(flags).flatMap(([name, value]) => (name === 'ood' ? value.split(',') : []))),
  ),
];

/**
 * The words of the link that trains an arm in the page: flags of `train` under their names in links. The seed is the
 * first stored one by default.
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
 * The flags of `train` for the words of a link, the inverse of `armWords`. An unknown word becomes a flag, which
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
