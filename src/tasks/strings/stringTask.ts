/** @file The shared part of all string tasks: a prompt of letters, one right string, judged character by character. */
import { assert } from '../../lib/assert.ts';
import type { Random } from '../../lib/random.ts';
import { agreement, answerTerm, formatTerm, lengthTerm, stepsTerm } from '../rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from '../split.ts';
import type { Difficulty, Example, Method, Task } from '../task.ts';

/** The letters of these tasks, in order; cyclic where letters are shifted. */
export const LETTERS = 'abcdefghijklmnop';

/** The problem in a prompt. */
export interface StringProblem {
  /** The only right completion. */
  readonly answer: string;
  /** See `Example.canonical`. */
  readonly canonical: string;
  readonly difficulty: number;
  /** The given parts, each with a name, for the page. */
  readonly given: readonly { readonly label: string; readonly text: string }[];
}

export interface StringRule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly difficulty: Difficulty;
  /** Longest prompt and completion at a difficulty. */
  lengths(difficulty: number): { prompt: number; completion: number };
  /** A prompt; if `read` finds no problem in it, another is drawn. */
  draw(random: Random, difficulty: number): string;
  /** The problem in a prompt, or null if the prompt is not of this task. */
  read(prompt: string): StringProblem | null;
  /** Whether a completion could answer some problem of this length. */
  isForm(completion: string, answer: string): boolean;
}

const methods: readonly Method[] = [
  { id: 'letters', label: 'Letters', summary: 'The resulting string and nothing else.' },
];
const steps = stepsTerm('Share of the characters that stand in their right place.', (completion, { answer }) =>
  agreement(completion, answer),
);

/** The answer with one of its letters replaced by a letter that it lacks. */
export function exchanged(random: Random, answer: string): string {
  const places = [...answer].flatMap((character, place) => (LETTERS.includes(character) ? [place] : []));
  const place = random.pick(places);
  return (
    answer.slice(0, place) +
    random.pick([...LETTERS].filter((letter) => !answer.includes(letter))) +
    answer.slice(place + 1)
  );
}

/** The task for a rule. */
export function stringTask(rule: StringRule): Task {
  const exampleOf = (prompt: string): Example | null => {
    const found = rule.read(prompt);
    return found && { prompt, answer: found.answer, canonical: found.canonical, difficulty: found.difficulty };
  };
  const checked = (difficulty: number) => assertDifficulty(rule.id, rule.difficulty, difficulty);
  return {
    id: rule.id,
    title: rule.title,
    summary: rule.summary,
    difficulty: rule.difficulty,
    methods,
    rewardTerms: [answerTerm, formatTerm(0), lengthTerm((difficulty) => rule.lengths(difficulty).completion), steps],
    defaultMix: { methods: { letters: 1 } },

    lengths(difficulty) {
      checked(difficulty);
      return rule.lengths(difficulty);
    },

    example(random, split, difficulty) {
      checked(difficulty);
      return drawFromSplit(rule.id, split, () => exampleOf(rule.draw(random, difficulty)));
    },

    read: exampleOf,

    verify({ answer }, completion) {
      const wellFormed = completion.length <= 2 * answer.length + 8 && rule.isForm(completion, answer);
      return {
        correct: completion === answer,
        wellFormed,
        method: wellFormed ? 'letters' : null,
        parsed: wellFormed ? completion : null,
      };
    },

    demonstration(random, { answer }, method, wrong) {
      assert(method === 'letters', `method: there is no "${method}"; choose one of letters`);
      return wrong ? exchanged(random, answer) : answer;
    },

    scene({ prompt, answer }, completion) {
      return { kind: 'strings', given: rule.read(prompt)?.given ?? [], expected: answer, written: completion };
    },
  };
}
