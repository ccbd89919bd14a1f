/**
 * @file The facts in a pretrained policy's manifest: mixture, training, measured accuracies, as readable names with one
 * value each.
 */
import { assert } from '../src/lib/assert.ts';
import { mean } from '../src/lib/statistics.ts';
import type { Provenance } from '../src/policy/checkpoint.ts';
import { weightLayout } from '../src/policy/parameters.ts';
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import { demonstrationBatch, longestDemonstration } from '../src/rl/pretraining/demonstrations.ts';
import type { ExactReport } from '../src/rl/exact/readout.ts';
import type { Ingredient, Recipe } from '../src/rl/pretraining/recipe.ts';
import type { Measurement } from './measure.ts';
import type { SavedPretraining } from './pretrainState.ts';

type Facts = Provenance['mixture'];

/** Number of losses in the manifest, with which a rerun is compared. */
const RECORDED_LOSSES = 20;
const RECORD = 'losses of the first steps';

/** `sums 4 before step 3800`: the same problems may be demonstrated in one format first and in another later. */
function ingredientName({ task, difficulty, control, from = 0, until }: Ingredient): string {
  return `${task} ${difficulty}${control === undefined ? '' : ` with ${control}`}${from > 0 ? ` from step ${from}` : ''}${until === undefined ? '' : ` before step ${until}`}`;
}

function ingredientFacts(ingredient: Ingredient): [string, number][] {
  const { weight, mix } = ingredient;
  const name = ingredientName(ingredient);
  return [
    [`${name}: weight`, weight],
    ...Object.entries(mix.methods).map(([method, share]): [string, number] => [`${name}: ${method}`, share]),
    ...Object.entries(mix.wrong ?? {}).map(([method, share]): [string, number] => [
      `${name}: ${method} with a wrong answer`,
      share,
    ]),
  ];
}

/** Weight of each ingredient and its rates. Throws UsageError if two have the same name. */
export function mixtureFacts({ ingredients }: Pick<Recipe, 'ingredients'>): Facts {
  const names = ingredients.map(ingredientName);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  assert(twice === undefined, `recipe: two ingredients are "${twice}"; one line each is needed`);
  return Object.fromEntries(ingredients.flatMap(ingredientFacts));
}

/**
 * Tokens of prompts and answers in the steps done, without padding; recomputed, since batches are functions of the
 * step.
 */
function tokensSeen(recipe: Recipe, tokenizer: Tokenizer, seed: number, steps: number): number {
  if (steps === 0) return 0;
  const length = longestDemonstration(recipe);
  let tokens = 0;
  for (let step = 0; step < steps; step++) {
    for (const id of demonstrationBatch(recipe, tokenizer, seed, step, length).tokenIds)
      if (id !== tokenizer.padId) tokens++;
  }
  return tokens;
}

const lossFacts = (losses: Float32Array): Facts => ({
  'final loss': mean(losses.slice(-100)),
  'final loss is': 'the mean of the last 100 steps, nats per answer token',
  [RECORD]: Array.from(losses.slice(0, RECORDED_LOSSES), (loss) => loss.toPrecision(9)).join(' '),
});

/** Seed, sizes and schedule, losses, and the seeds of all policies made with this recipe. */
export function pretrainingFacts(recipe: Recipe, tokenizer: Tokenizer, { seed, losses }: SavedPretraining): Facts {
  const steps = losses.length;
  const { steps: planned, ...schedule } = recipe.schedule;
  return {
    seed,
    steps,
    ...(steps === planned ? {} : { 'planned steps': planned }),
    ...schedule,
    parameters: weightLayout(recipe.policy).size,
    'tokens seen': tokensSeen(recipe, tokenizer, seed, steps),
    ...(steps === 0 ? {} : lossFacts(losses)),
    'shipped seeds': Object.entries(recipe.shipped)
      .map(([id, of]) => `${id} ${of}`)
      .join(', '),
  };
}

/** The recorded losses of a manifest. Throws UsageError if there are none. */
export function recordedLosses({ id, pretraining }: Pick<Provenance, 'id' | 'pretraining'>): number[] {
  const record = pretraining[RECORD];
  const losses = typeof record === 'string' ? record.split(' ').map(Number) : [];
  assert(
    losses.length > 0 && losses.every((loss) => Number.isFinite(loss)),
    `policy ${id}: its manifest records no losses of the first steps`,
  );
  return losses;
}

/** The seed of a manifest. Throws UsageError if there is none. */
export function recordedSeed({ id, pretraining }: Pick<Provenance, 'id' | 'pretraining'>): number {
  const { seed } = pretraining;
  assert(typeof seed === 'number', `policy ${id}: its manifest records no seed`);
  return seed;
}

const rounded = (share: number): number => Number(share.toFixed(4));

/** Accuracies on one task's held-out problems. */
export function accuracyFacts(
  task: string,
  difficulty: number,
  { sampled, greedy, passAtK, methods, problems, samplesPerProblem }: Measurement,
): Facts {
  const name = `${task} ${difficulty}`;
  return {
    [`${name}: sampled`]: rounded(sampled),
    [`${name}: pass@${samplesPerProblem}`]: rounded(passAtK[samplesPerProblem] ?? sampled),
    [`${name}: greedy`]: rounded(greedy),
    ...Object.assign(
      {},
      ...Object.entries(methods).map(([method, { share, accuracy }]) => ({
        [`${name}: share ${method}`]: rounded(share),
        ...(accuracy === undefined ? {} : { [`${name}: accuracy ${method}`]: rounded(accuracy) }),
      })),
    ),
    [`${name}: held-out problems`]: problems,
  };
}

/** pass@k, for k up to the number of samples, on one task's first held-out problems. */
export function passFacts(
  task: string,
  difficulty: number,
  { passAtK, problems, samplesPerProblem }: Measurement,
): Facts {
  const name = `${task} ${difficulty} on ${problems} problems`;
  const ks = Object.keys(passAtK)
    .map(Number)
    .filter((k) => k === 1 || k === 8 || k === samplesPerProblem);
  return Object.fromEntries(ks.map((k) => [`${name}: pass@${k}`, rounded(passAtK[k] ?? 0)]));
}

/** For a task that lists its outcomes: computed over all of them instead of sampled; nothing is held out. */
export function exactFacts(
  task: string,
  difficulty: number,
  { outcomes, correct, expectedReward, entropy, malformed }: ExactReport,
): Facts {
  const name = `${task} ${difficulty}`;
  return {
    [`${name}: computed over`]: `${outcomes} outcomes and everything else`,
    [`${name}: best sequence`]: Number(correct.toPrecision(4)),
    [`${name}: malformed`]: Number(malformed.policy.toPrecision(4)),
    [`${name}: mean reward`]: rounded(expectedReward),
    [`${name}: entropy in nats`]: rounded(entropy),
  };
}
