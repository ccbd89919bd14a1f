/** @file The pictures of a recorded run: rivers of one prompt at a few steps, and one group of an early step. */
import { z } from '../../lib/zod.ts';

const numbers = z.array(z.number()).max(500);
const step = z.number().int().min(0);

const node = z.object({
  parent: z.number().int().min(-1),
  token: z.number().int(),
  text: z.string(),
  kind: z.enum(['inner', 'end', 'cut', 'gathered']),
  probabilities: numbers,
  rest: numbers,
  correct: z.boolean().nullable(),
});

export const riverSchema = z.object({
  prompt: z.string(),
  answer: z.string().nullable(),
  step,
  hasBefore: z.boolean(),
  nodes: z.array(node).min(1).max(500),
});

const completion = z.object({
  text: z.string(),
  tokens: z.array(z.string()).max(500),
  control: z.array(z.number().int()).exactOptional(),
  reward: z.number(),
  terms: z.record(z.string(), z.number()),
  penalty: z.number().exactOptional(),
  advantage: z.number(),
  correct: z.boolean(),
  method: z.string().nullable(),
  terminated: z.boolean(),
  logProbs: numbers,
  policyLogProbs: numbers,
  refLogProbs: numbers,
  tokenAdvantages: numbers,
  entropy: numbers,
  kl: numbers,
});

export const groupSchema = z.object({
  prompt: z.string(),
  answer: z.string(),
  completions: z.array(completion).min(1).max(64),
});

export const sceneSchema = z.object({
  /** In the order of their steps; the first is the base's. */
  rivers: z.array(riverSchema).min(1).max(20),
  group: z.object({ step, group: groupSchema }),
});

export type RecordedScene = z.infer<typeof sceneSchema>;
