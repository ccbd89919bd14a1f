/** @file The last line that `train` writes, as far as claims read it. */
import { z } from 'zod';

const methodSchema = z.record(z.string(), z.object({ share: z.number(), accuracy: z.number().optional() }));

/** Where a policy stands to the exact optimum. JSON has no infinity: a divergence that is infinite is null there. */
const exactSchema = z.object({
  expectedReward: z.number(), kl: z.number(), objective: z.number(), optimalObjective: z.number(), gapClosed: z.number(),
  totalVariation: z.number(), refTotalVariation: z.number(), klToOptimum: z.number().nullable(), klFromOptimum: z.number().nullable(), entropy: z.number(),
  beta: z.number(), outcomes: z.number().int(), correct: z.number(),
  malformed: z.object({ reference: z.number(), policy: z.number(), optimum: z.number() }),
});

export const summarySchema = z.object({
  summary: z.literal(true),
  preset: z.string(),
  seed: z.number().int(),
  steps: z.number().int(),
  backend: z.string(),
  policyHash: z.string(),
  baseAccuracy: z.number(),
  finalAccuracy: z.number(),
  baseGreedy: z.number(),
  finalGreedy: z.number(),
  baseMethods: methodSchema,
  finalMethods: methodSchema,
  seconds: z.number(),
  lastKl: z.number().optional(),
  lastEntropy: z.number().optional(),
  stepsToTarget: z.number().int().nullable().optional(),
  baseExact: exactSchema.optional(),
  finalExact: exactSchema.optional(),
});

export type Summary = z.infer<typeof summarySchema>;
