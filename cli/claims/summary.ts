/** @file The last line that `train` writes, as far as claims read it. */
import { z } from 'zod';
import { stageResultsSchema } from '../stageResult.ts';

const methodSchema = z.record(z.string(), z.object({ share: z.number(), accuracy: z.number().optional() }));

const byName = z.record(z.string(), z.number());
const levelsSchema = z.record(
  z.string(),
  z.object({
    problems: z.number().int(),
    sampled: z.number(),
    greedy: z.number(),
    steps: z.number().optional(),
    solved: z.number().optional(),
  }),
);
const bareSchema = z.object({ sampled: z.number(), greedy: z.number(), methods: methodSchema });

/** A policy's distance from the exact optimum. JSON has no infinity: an infinite divergence is null. */
const exactSchema = z.object({
  expectedReward: z.number(),
  kl: z.number(),
  objective: z.number(),
  optimalObjective: z.number(),
  gapClosed: z.number(),
  totalVariation: z.number(),
  refTotalVariation: z.number(),
  klToOptimum: z.number().nullable(),
  klFromOptimum: z.number().nullable(),
  entropy: z.number(),
  beta: z.number(),
  outcomes: z.number().int(),
  correct: z.number(),
  malformed: z.object({ reference: z.number(), policy: z.number(), optimum: z.number() }),
});

const oodFigures = z.object({ sampled: z.number(), greedy: z.number(), passAtK: byName.optional() });
const oodSchema = z.array(
  z.object({ task: z.string(), difficulty: z.number().int(), base: oodFigures, final: oodFigures }),
);

/** Every difficulty at one step of a run that learns them in order. */
const retainedSchema = z.object({
  step: z.number().int(),
  levels: z.record(z.string(), z.object({ sampled: z.number(), steps: z.number() })),
  kl: z.number(),
});

export const summarySchema = z.object({
  summary: z.literal(true),
  preset: z.string(),
  seed: z.number().int(),
  steps: z.number().int(),
  backend: z.string(),
  policyHash: z.string(),
  /** Hash of the base's weights alone; absent in older stored results. */
  weightsHash: z.string().optional(),
  /** Absent in older stored results. */
  policy: z.string().optional(),
  baseAccuracy: z.number(),
  finalAccuracy: z.number(),
  baseGreedy: z.number(),
  finalGreedy: z.number(),
  baseMethods: methodSchema,
  finalMethods: methodSchema,
  seconds: z.number(),
  /** Absent in results from before budgets existed. */
  ended: z.string().optional(),
  tokens: z.number().optional(),
  lastKl: z.number().optional(),
  lastEntropy: z.number().optional(),
  stepsToTarget: z.number().int().nullable().optional(),
  baseExact: exactSchema.optional(),
  finalExact: exactSchema.optional(),
  basePassAtK: byName.optional(),
  finalPassAtK: byName.optional(),
  baseDistinct: z.number().optional(),
  finalDistinct: z.number().optional(),
  baseLevels: levelsSchema.optional(),
  finalLevels: levelsSchema.optional(),
  baseBare: bareSchema.optional(),
  finalBare: bareSchema.optional(),
  firstPrompts: byName.optional(),
  lastPrompts: byName.optional(),
  demonstrations: z.number().int().optional(),
  ood: oodSchema.optional(),
  /** At the end of each stage of a run of stages. */
  stages: stageResultsSchema.optional(),
  /** Absent in older stored results. */
  config: z.object({ settings: byName }).optional(),
  retention: z.array(retainedSchema).optional(),
});

export type Summary = z.infer<typeof summarySchema>;
