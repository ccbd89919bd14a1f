/**
 * @file The shared part of the tasks that are asked in words: a question, a request for tags around the answer, and a
 * checker that also finds an answer without them.
 */
import type { Random } from '../../lib/random.ts';
import { checkerOf } from '../checkers.ts';
import { answerOf, defineTask, type TaskDefinition } from '../define.ts';
import type { Checked } from '../own/checker.ts';
import { answerTerm, formatTerm } from '../rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from '../split.ts';
import type { Difficulty, Example, PythonVerifier, RewardTerm, Task } from '../task.ts';

const REQUEST = ' Write the answer inside <answer></answer> tags.';
const tagged = (answer: string): string => `<answer>${answer}</answer>`;
/** Any words, then one pair of tags with the answer, and nothing after it. */
const FORM = /^[^<]*<answer>[^<]*<\/answer>\s*$/;
/** Room for words or working before the tags, in tokens. */
export const WORKING = 48;

export interface ChatRule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly difficulty: Difficulty;
  /** See `Task.chance`. */
  readonly chance?: number;
  /** Most characters of a question and of its answer. */
  longest(difficulty: number): { readonly question: number; readonly answer: number };
  /** With the answer where `read` finds none; null for a draw that gives no problem. */
  draw(random: Random, difficulty: number): { readonly question: string; readonly answer?: string } | null;
  /** The problem in a question; null if the question is not of this task. */
  read(question: string): Pick<Example, 'answer' | 'canonical' | 'difficulty'> | null;
  /** `parsed` is the answer of the example if the completion is right. */
  check(completion: string, example: Example): Checked;
  readonly python: PythonVerifier;
  /** Terms beside answer and form. */
  readonly terms?: readonly RewardTerm[];
}

/** The check of a checker for data files, against the answer of the example. */
export const checkedBy = (name: 'number' | 'tagged'): ChatRule['check'] => {
  const checker = checkerOf(name);
  return (completion, { answer }) => checker.check(completion, { answer, columns: {} });
};

/** The answer of a completion as text. */
export const writtenIn = (completion: string): string =>
  checkerOf('tagged').check(completion, { answer: '', columns: {} }).parsed ?? '';

/** The question in a prompt of these tasks; null for another text. */
export const questionOf = (prompt: string): string | null =>
  prompt.endsWith(REQUEST) ? prompt.slice(0, -REQUEST.length) : null;

export function chatTask({ longest, draw, read, check, terms = [], ...rule }: ChatRule): Task {
  const { id, difficulty } = rule;
  const exampleOf = (prompt: string): Example | null => {
    const question = questionOf(prompt);
    const found = question === null ? null : read(question);
    return found && { prompt, ...found };
  };
  const definition: TaskDefinition = {
    ...rule,
    isInstruction: true,
    rewardTerms: [answerTerm, formatTerm(0.1), ...terms],
    lengths(level) {
      assertDifficulty(id, difficulty, level);
      const { question, answer } = longest(level);
      return { prompt: question + REQUEST.length, completion: WORKING + tagged('').length + answer };
    },
    example(random, split, level) {
      assertDifficulty(id, difficulty, level);
      return drawFromSplit(id, split, () => {
        const drawn = draw(random, level);
        const found = drawn && exampleOf(drawn.question + REQUEST);
        return found && { ...found, answer: drawn.answer ?? found.answer };
      });
    },
    read: exampleOf,
    verify(example, completion) {
      const { correct, parsed } = check(completion, example);
      return { correct, wellFormed: parsed !== null && FORM.test(completion), method: null, parsed };
    },
  };
  return defineTask({
    ...definition,
    demonstration: (stream, example, _method, wrong) => tagged(answerOf(definition, stream, example, wrong)),
  });
}
