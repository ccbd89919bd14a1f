/** @file Batches of demonstrations: a pure function of (recipe, seed, step). */
import { type Random, random } from '../../lib/random.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { taskById } from '../../tasks/index.ts';
import type { DemonstrationMix, Task } from '../../tasks/task.ts';
import { withControl } from '../../tasks/variants.ts';
import { type Ingredient, type Recipe, recipeTokenizer } from './recipe.ts';

/** An item, drawn with probability proportional to its share. */
function draw<T>(stream: Random, items: readonly T[], share: (item: T) => number): T {
  const total = items.reduce((sum, item) => sum + share(item), 0);
  let left = stream.uniform() * total;
  for (const item of items) {
    left -= share(item);
    if (left < 0) return item;
  }
  return items.at(-1) as T;
}

/** The task as an ingredient asks it. */
function taskOf({ task, control }: Ingredient): Task {
  return control === undefined ? taskById(task) : withControl(taskById(task), control);
}

function demonstrate(stream: Random, ingredient: Ingredient): { prompt: string; completion: string } {
  const task = taskOf(ingredient);
  const mix: DemonstrationMix = ingredient.mix;
  const example = task.example(stream.fork('example'), 'train', ingredient.difficulty);
  const [method] = draw(stream, Object.entries(mix.methods), ([, share]) => share);
  const wrong = stream.uniform() < (mix.wrong?.[method] ?? 0);
  return {
    prompt: example.prompt,
    completion: task.demonstration(stream.fork('demonstration'), example, method, wrong),
  };
}

/** Tokens of a recipe's longest demonstration, the end token included. */
export function longestDemonstration(recipe: Recipe): number {
  return Math.max(
    ...recipe.ingredients.map((ingredient) => {
      const characters = taskOf(ingredient).lengths(ingredient.difficulty);
      const { promptLength, completionLength } = recipeTokenizer(recipe).tokenLengths(characters);
      return promptLength + completionLength;
    }),
  );
}

export interface DemonstrationBatch {
  /** [B, T], padded on the right. */
  readonly tokenIds: Int32Array;
  /** [B, T-1]: 1 / (answer tokens of the batch) where the next token belongs to an answer, else 0. */
  readonly weights: Float32Array;
}

/** The batch of one step, B = recipe.schedule.batch rows of `length` tokens. */
export function demonstrationBatch(
  recipe: Recipe,
  tokenizer: Tokenizer,
  seed: number,
  step: number,
  length: number,
): DemonstrationBatch {
  const rows = recipe.schedule.batch;
  const tokenIds = new Int32Array(rows * length).fill(tokenizer.padId);
  const weights = new Float32Array(rows * (length - 1));
  const ingredients = recipe.ingredients.filter(({ from = 0, until = Infinity }) => step >= from && step < until);
  let answerTokens = 0;
  for (let row = 0; row < rows; row++) {
    const stream = random(seed, 'pretraining', step, row);
    const { prompt, completion } = demonstrate(
      stream,
      draw(stream, ingredients, (i) => i.weight),
    );
    const promptIds = tokenizer.encodePrompt(prompt);
    const ids = [...promptIds, ...tokenizer.encodeCompletion(completion)];
    tokenIds.set(ids, row * length);
    weights.fill(1, row * (length - 1) + promptIds.length - 1, row * (length - 1) + ids.length - 1);
    answerTokens += ids.length - promptIds.length;
  }
  return { tokenIds, weights: weights.map((w) => w / answerTokens) };
}
