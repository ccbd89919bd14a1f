/** @file Named rules by which a completion is compared with the answer in a file of problems. */

export interface Checker {
  /** One sentence. */
  readonly summary: string;
  /** Characters that a completion may have beyond the longest answer. */
  readonly room: number;
  /** Why no completion can match such an answer, or null. */
  problem(answer: string): string | null;
  /** The answer in a completion, equal to `answer` if it is right, or null if there is none. Takes linear time. */
  parse(completion: string, answer: string): string | null;
}

const NUMBER = /(?<!\d)-?\d+(?:\.\d+)?|\d+(?:\.\d+)?/g;
const WHOLE_NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Room for words or working before the answer, in characters. */
const ROOM = 24;

export const checkers = {
  exact: {
    summary: 'the completion is the answer, without spaces around it',
    room: 0,
    problem: () => null,
    parse: (completion) => completion.trim() || null,
  },
  number: {
    summary: 'the last number in the completion equals the answer',
    room: ROOM,
    problem: (answer) => (WHOLE_NUMBER.test(answer) ? null : 'a number in decimal digits is needed'),
    parse(completion, answer) {
      const last = completion.match(NUMBER)?.at(-1) ?? null;
      return last !== null && Number(last) === Number(answer) ? answer : last;
    },
  },
  contains: {
    summary: 'the answer stands somewhere in the completion',
    room: ROOM,
    problem: () => null,
    parse: (completion, answer) => (completion.includes(answer) ? answer : null),
  },
} as const satisfies Readonly<Record<string, Checker>>;

export type CheckerId = keyof typeof checkers;
export const checkerIds = Object.keys(checkers) as readonly CheckerId[];
