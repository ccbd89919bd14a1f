/** @file What a base was shown of a task in pretraining, read out of its manifest for one line beside the charts. */
import type { Method, Task } from '../tasks/task.ts';
import { text } from '../ui/text.ts';

const words = text.provenance;
const WRONG = ' with a wrong answer';

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** The facts of a manifest's mixture; it comes from a file, so nothing about its shape is assumed. */
function mixtureOf(manifest: Readonly<Record<string, unknown>>): [string, number][] {
  const { mixture } = manifest;
  const facts = typeof mixture === 'object' && mixture !== null ? Object.entries(mixture) : [];
  return facts.filter((fact): fact is [string, number] => typeof fact[1] === 'number');
}

/**
 * `At once 75 %, Worked out 25 %` for the rates of one ingredient, the right name for each method and the wrong answers
 * beside it.
 */
function ratesText(rates: readonly (readonly [string, number])[], methods: readonly Method[]): string {
  const wrong = new Map(
    rates.filter(([name]) => name.endsWith(WRONG)).map(([name, share]) => [name.slice(0, -WRONG.length), share]),
  );
  return rates
    .filter(([name]) => name !== 'weight' && !name.endsWith(WRONG))
    .map(([name, share]) => {
      const mistakes = wrong.get(name);
      const label = methods.find(({ id }) => id === name)?.label ?? name;
      return `${share === 1 ? words.all(label) : `${label} ${percent(share)}`}${mistakes === undefined ? '' : ` ${words.mistakes(percent(mistakes))}`}`;
    })
    .join(', ');
}

/** What was shown between two steps of pretraining; `until` is null to its end. */
interface Phase {
  readonly from: number;
  readonly until: number | null;
  readonly rates: string;
}

/** The phases one after the other: where the next begins as one ends, its first step is not said again. */
function phasesText(phases: readonly Phase[]): string {
  return phases
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, until, rates }, index, all) => {
      const told = until === null ? rates : words.until(rates, until);
      if (index === 0) return from === 0 ? told : words.from(from, told);
      return words.later(all[index - 1]?.until === from ? told : words.from(from, told));
    })
    .join(', ');
}

/**
 * How the task was demonstrated, one string for all difficulties that were demonstrated alike:
 * `difficulty 2, 3, 4: all Worked out until step 4000, then At once 75 %, Worked out 25 %`. Empty where the base was
 * not shown the task or its manifest does not say.
 */
export function shownOf(
  manifest: Readonly<Record<string, unknown>>,
  task: Pick<Task, 'id' | 'methods' | 'outcomes'>,
): string[] {
  const ingredients = new Map<string, [string, number][]>();
  for (const [name, value] of mixtureOf(manifest)) {
    const [, ingredient, rate] = /^(.+): (.+)$/.exec(name) ?? [];
    if (ingredient?.startsWith(`${task.id} `) && rate !== undefined)
      ingredients.set(ingredient, [...(ingredients.get(ingredient) ?? []), [rate, value]]);
  }
  // By difficulty and control token, as in `4 with plan`.
  const shown = new Map<string, Phase[]>();
  for (const [ingredient, rates] of ingredients) {
    const [, what = '', from = '0', until] =
      /^(.*?)(?: from step ([0-9]+))?(?: before step ([0-9]+))?$/.exec(ingredient.slice(task.id.length + 1)) ?? [];
    // Where outcomes only earn more or less, none is wrong.
    const told = task.outcomes ? rates.filter(([name]) => !name.endsWith(WRONG)) : rates;
    shown.set(what, [
      ...(shown.get(what) ?? []),
      { from: Number(from), until: until === undefined ? null : Number(until), rates: ratesText(told, task.methods) },
    ]);
  }
  const alike = new Map<string, string[]>();
  for (const [what, phases] of shown) {
    const [, difficulty = '', rest = ''] = /^([0-9]+)(.*)$/.exec(what) ?? [];
    const told = `${rest}: ${phasesText(phases)}`;
    alike.set(told, [...(alike.get(told) ?? []), difficulty]);
  }
  return [...alike].map(([told, difficulties]) => words.difficulty(difficulties.join(', ')) + told);
}
