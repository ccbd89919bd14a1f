/** @file A published number, and how ours is computed. */
import type { Runtime } from '../../src/engine/runtime/runtime.ts';
import { evaluateObjective, type ObjectiveResult } from '../../src/rl/oneBatch/evaluateObjective.ts';
import type { ObjectiveInput } from '../../src/rl/oneBatch/objectiveInput.ts';

/** Allowed difference between the published number and ours, relative to 1 + |theirs|. */
export const TOLERANCE = 1e-5;

export interface Vector {
  readonly name: string;
  readonly source: string;
  readonly theirs: number;
  readonly objective: string;
  readonly input: ObjectiveInput;
  readonly ours: (result: ObjectiveResult) => number;
}

export interface Comparison {
  readonly name: string;
  readonly source: string;
  readonly theirs: number;
  readonly ours: number;
}

/** One after the other, through the float32 graphs used in training. */
export async function compareVectors(runtime: Runtime, vectors: readonly Vector[]): Promise<Comparison[]> {
  const compared: Comparison[] = [];
  for (const { name, source, theirs, objective, input, ours } of vectors) {
    compared.push({ name, source, theirs, ours: ours(await evaluateObjective(runtime, objective, input, 'float32')) });
  }
  return compared;
}

/** NaN counts as infinitely far. */
export function errorOf({ theirs, ours }: Comparison): number {
  const error = Math.abs(ours - theirs) / (1 + Math.abs(theirs));
  return Number.isNaN(error) ? Infinity : error;
}
