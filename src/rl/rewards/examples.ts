/** @file Example reward terms: two whose flaws the policy exploits, and two useful ones. */
import { type TermShaping, plainShaping } from './composition.ts';

export interface ExampleTerm {
  readonly id: string;
  readonly title: string;
  /** Its reward and the effect to watch, in a sentence. */
  readonly summary: string;
  readonly weight: number;
  readonly shaping: TermShaping;
  readonly code: string;
}

export const exampleTerms: readonly ExampleTerm[] = [
  {
    id: 'longer',
    title: 'Length for everyone',
    summary:
      'A trap: wrong answers are paid for length too, and in groups where all are wrong it is the only thing that counts.',
    weight: 0.5,
    shaping: plainShaping,
    code: `// Pays every completion for its length, right or wrong.
function reward({ length }) {
  return length / 16;
}
`,
  },
  {
    id: 'longer_right',
    title: 'Length when right',
    summary: 'The same, paid to right answers only: the length no longer pays by itself.',
    weight: 0.5,
    shaping: { ...plainShaping, onlyWhenCorrect: true },
    code: `// "Only when right" is set in the table, so wrong answers get 0 whatever stands here.
function reward({ length }) {
  return length / 16;
}
`,
  },
  {
    id: 'digits',
    title: 'Few digits',
    summary: 'Costs a little for every digit: short answers pay, and working things out becomes dear.',
    weight: 1,
    shaping: plainShaping,
    code: `function reward({ completion }) {
  const digits = completion.replace(/[^0-9]/g, '').length;
  return -0.05 * digits;
}
`,
  },
  {
    id: 'brackets',
    title: 'Form by a pattern',
    summary: 'Pays 1 for running values in brackets before the answer, as in [22,25]43.',
    weight: 0.2,
    shaping: plainShaping,
    code: `function reward({ completion }) {
  return /^\\[\\d+(,\\d+)*\\]\\d+$/.test(completion) ? 1 : 0;
}
`,
  },
];
