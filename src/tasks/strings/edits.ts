/**
 * @file Edits of four letters, in three slices: an edit that a base knows, one that it was taught wrongly, and two in a
 * row. They show what imitation and reinforcement learning each can and cannot reach.
 */
import { assert } from '../../lib/assert.ts';
import type { Random } from '../../lib/random.ts';
import { agreement, answerTerm, formatTerm, lengthTerm, stepsTerm } from '../rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from '../split.ts';
import type { Difficulty, Example, Method, Task } from '../task.ts';

/** The letters, in order; the next of the last is the first. */
const LETTERS = 'abcdefghij';
const LENGTH = 4;

const edits: Readonly<Record<string, (letters: string) => string>> = {
  k: (letters) => letters,
  r: (letters) => [...letters].reverse().join(''),
  s: (letters) => letters.replace(/(.)(.)/g, '$2$1'),
  u: (letters) => [...letters].map((letter) => LETTERS.charAt((LETTERS.indexOf(letter) + 1) % LETTERS.length)).join(''),
  z: (letters) => letters.slice(1) + letters.charAt(0),
};
/** Keeps the letters, so that it stands alone. */
const KEEP = 'k';
/** A wrong demonstration of it keeps the letters. */
const MISREAD = 'z';
const changing = Object.keys(edits).filter((edit) => edit !== MISREAD && edit !== KEEP);

const difficulty: Difficulty = {
  label: 'Slice',
  unit: 'slice',
  min: 1,
  max: 3,
  default: 1,
  summary: '1: one edit; 2: the edit z, which the base was taught wrongly; 3: two edits, one after the other.',
};

const methods: readonly Method[] = [
  { id: 'plain', label: 'At once', summary: 'The resulting letters and nothing else: dcba.' },
  {
    id: 'derived',
    label: 'Derived',
    summary: 'The letters after each edit, and the last ones again: dcbaedcbedcb.',
  },
];

/** The letters after each edit, and the last ones again. */
function derivation(list: string, letters: string): string[] {
  let written = letters;
  const parts = [...list].map((edit) => (written = edits[edit]?.(written) ?? ''));
  return [...parts, written];
}

/** The slice of a list of edits, or null for a list that no problem has. */
function sliceOf(list: string): number | null {
  if (list.length === 1) return list === MISREAD ? 2 : 1;
  return new Set(list).size === 2 && [...list].every((edit) => changing.includes(edit)) ? 3 : null;
}

const PROMPT = /^([krsuz]{1,2}):([a-j]{4})=$/;

/** The list of edits and the letters in a prompt; empty for another text. */
function given(prompt: string): { readonly list: string; readonly letters: string } {
  const [, list = '', letters = ''] = PROMPT.exec(prompt) ?? [];
  return { list, letters };
}

function partsOf({ prompt }: Example): string[] {
  const { list, letters } = given(prompt);
  return derivation(list, letters);
}

function read(prompt: string): Example | null {
  const { list, letters } = given(prompt);
  const slice = list === '' ? null : sliceOf(list);
  if (slice === null || new Set(letters).size < LENGTH) return null;
  return { prompt, answer: derivation(list, letters).at(-1) ?? '', canonical: `${list}:${letters}`, difficulty: slice };
}

function drawPrompt(random: Random, slice: number): string {
  const lists = [random.pick([KEEP, ...changing]), MISREAD, random.shuffle(changing).slice(0, 2).join('')];
  return `${lists[slice - 1]}:${random
    .shuffle([...LETTERS])
    .slice(0, LENGTH)
    .join('')}=`;
}

/** The answer with one letter replaced by one that it lacks; for the edit that bases misread, the letters kept. */
function wrongAnswer(random: Random, { prompt, answer, difficulty: slice }: Example): string {
  if (slice === 2) return given(prompt).letters;
  const place = random.integer(0, LENGTH - 1);
  const other = random.pick([...LETTERS].filter((letter) => !answer.includes(letter)));
  return answer.slice(0, place) + other + answer.slice(place + 1);
}

const longest = (slice: number): number => LENGTH * (slice === 3 ? 3 : 2);

/** Parts of a completion as long as the given letters; null where it is none or has other characters. */
const readParts = (completion: string): string[] | null =>
  /^([a-j]{4}){1,3}$/.test(completion) ? (completion.match(/.{4}/g) ?? null) : null;

const steps = stepsTerm(
  'Share of the letters before the answer that are right, whatever the answer; 0 where none are written.',
  (completion, example) => {
    const between = readParts(completion)?.slice(0, -1) ?? [];
    return between.length === 0 ? 0 : agreement(between.join(''), partsOf(example).slice(0, -1).join(''));
  },
);

export const editsTask: Task = {
  id: 'edits',
  title: 'Edits: three slices',
  summary:
    'Edit four letters by the given list: k keeps them, r reverses, s swaps neighbours, u takes the next letters, z rotates.',
  difficulty,
  methods,
  rewardTerms: [answerTerm, formatTerm(0), lengthTerm(longest), steps],
  defaultMix: { methods: { plain: 1 } },

  lengths(slice) {
    assertDifficulty('edits', difficulty, slice);
    return { prompt: LENGTH + (slice === 3 ? 4 : 3), completion: longest(slice) };
  },

  example(random, split, slice) {
    assertDifficulty('edits', difficulty, slice);
    return drawFromSplit('edits', split, () => read(drawPrompt(random, slice)));
  },

  read,

  verify(example, completion) {
    const parts = readParts(completion);
    const count = parts?.length ?? 0;
    const method = count === 1 ? 'plain' : count === partsOf(example).length ? 'derived' : null;
    const parsed = method === null ? null : (parts?.at(-1) ?? null);
    return { correct: parsed === example.answer, wellFormed: method !== null, method, parsed };
  },

  demonstration(random, example, method, wrong) {
    assert(
      methods.some(({ id }) => id === method),
      `method: there is no "${method}"; choose one of ${methods.map(({ id }) => id).join(', ')}`,
    );
    const answer = wrong ? wrongAnswer(random, example) : example.answer;
    return (method === 'derived' ? partsOf(example).slice(0, -1).join('') : '') + answer;
  },

  scene(example, completion) {
    const between = partsOf(example).slice(0, -2);
    return {
      kind: 'strings',
      given: [
        { label: 'Given', text: given(example.prompt).letters },
        ...between.map((text, i) => ({ label: `After edit ${i + 1}`, text })),
      ],
      expected: example.answer,
      written: completion,
    };
  },
};
