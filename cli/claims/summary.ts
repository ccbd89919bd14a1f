/** @file The last line that `train` writes, as far as claims read it. */
import { z } from 'zod';

const methodSchema = z.record(z.string(), z.object({ share: z.number(), accuracy: z.number().optional() }));

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
});

export type Summary = z.infer<typeof summarySchema>;
