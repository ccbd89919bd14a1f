/** @file The pretraining data of a base for one task, read from its manifest for the line below the charts. */
import type { Method, Task } from '../tasks/task.ts';
import { text } from '../ui/text.ts';

const words = text.provenance;
const WRONG = ' with a wrong answer';

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

/** The numbers of a manifest’s mixture. The manifest comes from a file, so its shape is checked. */
function mixtureOf(manifest: Readonly<Record<string, unknown>>): [string, number][] {
  const { mixture } = manifest;
  const facts = typeof mixture === 'object' && mixture !== null ? Object.entries(mixture) : [];
  return facts.filter((fact): fact is [string, number] => typeof fact[1] === 'number');
}

/** Rates of one ingredient, as in `At once 75 %, Worked out 25 %`, each with its share of wrong answers. */
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

/** The demonstrations between two steps of pretraining; `until` is null for the rest. */
interface Phase {
  readonly from: number;
  readonly until: number | null;
  readonly rates: string;
}

/** The phases in order; the first step of a phase is left out if it is the last step of the one before. */
function phasesText(phases: readonly Phase[]): string {
  return phases
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, until, rates }, index, all) => {
      const phase = until === null ? rates : words.until(rates, until);
      if (index === 0) return from === 0 ? phase : words.from(from, phase);
      return words.later(all[index - 1]?.until === from ? phase : words.from(from, phase));
    })
    .join(', ');
}

/**
 * The demonstrations of a task, one string per group of difficulties with equal rates: `difficulty 2, 3, 4: all Worked
 * out until step 4000, then At once 75 %, Worked out 25 %`. Empty if the base was not shown the task or the manifest
 * does not say.
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
    // With listed outcomes a demonstration is not right or wrong: it only earns more or less.
    const counted = task.outcomes ? rates.filter(([name]) => !name.endsWith(WRONG)) : rates;
    shown.set(what, [
      ...(shown.get(what) ?? []),
      {
        from: Number(from),
        until: until === undefined ? null : Number(until),
        rates: ratesText(counted, task.methods),
      },
    ]);
  }
  const alike = new Map<string, string[]>();
  for (const [what, phases] of shown) {
    const [, difficulty = '', rest = ''] = /^([0-9]+)(.*)$/.exec(what) ?? [];
    const sentence = `${rest}: ${phasesText(phases)}`;
    alike.set(sentence, [...(alike.get(sentence) ?? []), difficulty]);
  }
  return [...alike].map(([sentence, difficulties]) => words.difficulty(difficulties.join(', ')) + sentence);
}
