/** @file What a base was shown of a task in pretraining, read out of its manifest for one line beside the charts. */
import type { Method, Task } from '../tasks/task.ts';
import { text } from '../ui/text.ts';

const WRONG = ' with a wrong answer';

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** The facts of a manifest's mixture; it comes from a file, so nothing about its shape is assumed. */
function mixtureOf(manifest: Readonly<Record<string, unknown>>): [string, number][] {
  const { mixture } = manifest;
  const facts = typeof mixture === 'object' && mixture !== null ? Object.entries(mixture) : [];
  return facts.filter((fact): fact is [string, number] => typeof fact[1] === 'number');
}

/** `direct 75 %, worked 25 %` for the rates of one ingredient, the right name for each method and the wrong answers beside it. */
function ratesText(rates: readonly (readonly [string, number])[], methods: readonly Method[]): string {
  const wrong = new Map(rates.filter(([name]) => name.endsWith(WRONG)).map(([name, share]) => [name.slice(0, -WRONG.length), share]));
  return rates.filter(([name]) => name !== 'weight' && !name.endsWith(WRONG)).map(([name, share]) => {
    const mistakes = wrong.get(name);
    return `${methods.find(({ id }) => id === name)?.label ?? name} ${percent(share)}${mistakes === undefined ? '' : ` ${text.provenance.mistakes(percent(mistakes))}`}`;
  }).join(', ');
}

/**
 * How the task was demonstrated, one string for all difficulties that were demonstrated alike: `2, 3, 4 before step 4000: Worked out 100 %`.
 * Empty where the base was not shown the task or its manifest does not say.
 */
export function shownOf(manifest: Readonly<Record<string, unknown>>, task: Pick<Task, 'id' | 'methods' | 'outcomes'>): string[] {
  const ingredients = new Map<string, [string, number][]>();
  for (const [name, value] of mixtureOf(manifest)) {
    const [, ingredient, rate] = /^(.+): (.+)$/.exec(name) ?? [];
    if (ingredient?.startsWith(`${task.id} `) && rate !== undefined) ingredients.set(ingredient, [...(ingredients.get(ingredient) ?? []), [rate, value]]);
  }
  const alike = new Map<string, { rest: string; rates: string; difficulties: string[] }>();
  for (const [ingredient, rates] of ingredients) {
    const [, difficulty = '', rest = ''] = /^([0-9]+)(.*)$/.exec(ingredient.slice(task.id.length + 1)) ?? [];
    // Where outcomes only earn more or less, none is wrong.
    const told = task.outcomes ? rates.filter(([name]) => !name.endsWith(WRONG)) : rates;
    const words = ratesText(told, task.methods);
    const key = `${rest}: ${words}`;
    const known = alike.get(key);
    if (known) known.difficulties.push(difficulty);
    else alike.set(key, { rest, rates: words, difficulties: [difficulty] });
  }
  return [...alike.values()].map(({ rest, rates, difficulties }) => `${difficulties.join(', ')}${rest}: ${rates}`);
}
