/** @file A pretraining run that can be stopped anywhere and resumed exactly, and the check of its first losses. */
import { existsSync, readFileSync } from 'node:fs';
import type { Runtime } from '../src/engine/runtime/runtime.ts';
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import { initialWeights, Pretrainer } from '../src/rl/pretraining/pretrainer.ts';
import type { Recipe } from '../src/rl/pretraining/recipe.ts';
import { writeWhole } from './output.ts';
import { decodePretraining, encodePretraining, type SavedPretraining } from './pretrainState.ts';

/** Steps between two saved states. */
const SAVE_EVERY = 250;

export interface PretrainRequest {
  readonly recipe: Recipe;
  readonly seed: number;
  /** Total number of steps, including those of a resumed state. */
  readonly steps: number;
  readonly statePath: string;
  readonly resume: boolean;
}

export interface PretrainListener {
  /** Called once if a state was found. */
  resumed?(step: number): void;
  step?(step: number, loss: number): void;
  /** Called after every step; true stops the run. */
  stop?(): boolean;
}

function untrained({ policy }: Recipe, seed: number): SavedPretraining {
  const parameters = initialWeights(policy, seed);
  return {
    seed,
    state: { parameters, optimizer: {}, updates: 0 },
    losses: new Float32Array(0),
  };
}

/** Trains up to `steps` or until the listener stops it; the state is in its file whenever this returns. */
export async function pretrainRun(
  runtime: Runtime,
  tokenizer: Tokenizer,
  request: PretrainRequest,
  listener: PretrainListener = {},
): Promise<SavedPretraining> {
  const { recipe, seed, steps, statePath } = request;
  if (recipe.schedule.steps === 0) return untrained(recipe, seed);
  const saved =
    request.resume && existsSync(statePath)
      ? decodePretraining(recipe, seed, new Uint8Array(readFileSync(statePath)))
      : null;
  if (saved) listener.resumed?.(saved.state.updates);
  const pretrainer = await Pretrainer.create(runtime, recipe, tokenizer, seed, saved?.state);
  const losses = saved ? Array.from(saved.losses) : [];
  const snapshot = async (): Promise<SavedPretraining> => ({
    seed,
    state: await pretrainer.state(),
    losses: Float32Array.from(losses),
  });
  const save = async (): Promise<SavedPretraining> => {
    const now = await snapshot();
    writeWhole('the pretraining state', statePath, encodePretraining(recipe, now));
    return now;
  };
  let stopped = false;
  while (losses.length < steps && !stopped) {
    const { step, loss } = await pretrainer.update();
    losses.push(loss);
    listener.step?.(step, loss);
    stopped = listener.stop?.() ?? false;
    if (losses.length % SAVE_EVERY === 0 && losses.length < steps) await save();
  }
  return save();
}

export interface LossDifference {
  readonly step: number;
  readonly recorded: number;
  readonly found: number;
}

const RELATIVE_TOLERANCE = 1e-3;

/** Reruns the steps with recorded losses; returns the steps that differ by more than 1e-3, relative. */
export async function checkLosses(
  runtime: Runtime,
  tokenizer: Tokenizer,
  recipe: Recipe,
  seed: number,
  recorded: readonly number[],
  onStep: (step: number) => void = () => {},
): Promise<LossDifference[]> {
  const pretrainer = await Pretrainer.create(runtime, recipe, tokenizer, seed);
  const differences: LossDifference[] = [];
  for (const expected of recorded) {
    const { step, loss } = await pretrainer.update();
    onStep(step);
    if (!(Math.abs(loss - expected) <= RELATIVE_TOLERANCE * Math.abs(expected)))
      differences.push({ step, recorded: expected, found: loss });
  }
  return differences;
}
