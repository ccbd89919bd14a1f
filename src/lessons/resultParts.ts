/** @file Parts of a stored result: rules, pilot, live version and figure, as their schemas. */
import { z } from '../lib/zod.ts';

/** How an experiment ended: `precondition not met` where base and task could not have shown the claim. */
export const verdictSchema = z.enum(['shown', 'not reproduced', 'precondition not met']);

export const word = z.string().max(4000);
export const seeds = z.array(z.number().int().min(0)).min(1);

/** A rule without a mark is the paper’s. */
export const checksSchema = z.array(
  z.object({
    rule: word,
    of: z.enum(['paper', 'ours']).default('paper'),
    holds: z.boolean(),
    bases: z.record(word, z.boolean()).optional(),
  }),
);
export const pilotSchema = z.object({
  /** Empty after a sweep alone. */
  seeds: z.array(z.number().int().min(0)),
  sweep: z
    .object({
      seed: z.number().int(),
      arms: z.record(
        word,
        z.object({ chosen: z.number(), tried: z.array(z.tuple([z.number(), z.number().nullable()])) }),
      ),
    })
    .optional(),
});
/** Measured by the pilot, or afterwards on the reported runs. */
export const powerSchema = z.object({
  of: word,
  against: word,
  metric: word,
  mean: z.number(),
  deviation: z.number().min(0),
  needed: z.number().int().min(2).nullable(),
  from: z.enum(['pilot', 'reported runs']),
});
export const liveSchema = z.object({
  of: word,
  against: word,
  side: z.enum(['above', 'below']),
  recorded: word,
  curve: z.object({ seed: z.number().int(), rewards: z.array(z.number()).max(2000) }).optional(),
});
/** Sentences under the figure: the claims that it decides, and its answer to each. */
const says = z.array(word).optional();
export const figureSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('pareto'),
    x: word,
    y: word,
    scale: z.literal('log').optional(),
    says,
    frontier: z.array(z.tuple([z.number(), z.number()])).optional(),
  }),
  z.object({
    kind: z.literal('matrix'),
    columns: z.array(word).min(1),
    rows: z.array(z.object({ title: word, metrics: z.array(word) })).min(1),
    says,
  }),
]);
