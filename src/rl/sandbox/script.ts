/**
 * @file A checker of a data file in JavaScript, `(completion, row) => number`: in this thread, since verdicts are given
 * at once. Loops, recursion and memory are bounded as for reward terms.
 */
import { UsageError } from '../../lib/assert.ts';
import { type Checker, ROOM } from '../../tasks/own/checker.ts';
import type { OwnRow } from '../../tasks/own/row.ts';
import { Allowance, Call, failed, kindWords } from './call.ts';
import { inContext, QuickJs } from './quickjs.ts';
import {
  type CheckInput,
  failureSentence,
  type RewardFailure,
  type RewardOutcome,
  sandboxLimits,
  type SandboxLimits,
} from './rewardFunction.ts';

/** Thrown if the code of a checker fails on a completion; the message names its line. */
export class CheckerError extends Error {
  override readonly name = 'CheckerError';
}

/** A score from here on counts as right. */
export const RIGHT = 1;

/**
 * Source that defines `reward(input)`, from a function written as an expression, or exported as `export default` after
 * others. Lines keep their numbers.
 */
export function checkerSource(code: string): string {
  const exported = /^[ \t]*export[ \t]+default[ \t]/m;
  const defined = exported.test(code)
    ? code.replace(exported, 'globalThis.__check = ')
    : `globalThis.__check = (${code.trimEnd().replace(/;$/, '')}\n)`;
  return `${defined}\n;function reward(input) { return globalThis.__check(input.completion, input.row); }`;
}

/** The second argument of a checker: the columns of the row, with its prompt and answer as they are read. */
export const checkInput = (completion: string, row: Pick<OwnRow, 'answer' | 'columns'>): CheckInput => ({
  completion,
  row: { ...row.columns, answer: row.answer },
});

/** Why code gave no number, as one sentence. */
export const checkerSentence = (failure: RewardFailure): string => `the checker failed: ${failureSentence(failure)}`;

/** Calls of one source, each with its own allowance. */
async function openSource(source: string, limits: SandboxLimits): Promise<(input: CheckInput) => RewardOutcome> {
  const [quickJs, marks] = await Promise.all([new QuickJs().ready(), import('./marks.ts').catch(() => null)]);
  const called = (text: string, input: CheckInput) => {
    try {
      return inContext(quickJs, limits, (context) => {
        const batch = new Allowance('one call', limits.callSteps, limits.callMilliseconds);
        const call = new Call(context, limits, batch);
        return { outcome: call.run(text, input), mark: call.mark() };
      });
    } catch (error) {
      const kind = error instanceof RangeError || /recursion/.test(String(error)) ? 'stack' : 'memory';
      return { outcome: failed(kind, kindWords[kind](limits)), mark: 0 };
    }
  };
  return (input) => {
    const { outcome } = called(source, input);
    if (!('failure' in outcome) || outcome.failure.line !== null || !marks) return outcome;
    const { mark } = called(marks.markLines(source), input);
    return { failure: { ...outcome.failure, line: mark === 0 ? null : Math.abs(mark) } };
  };
}

/**
 * The checker of this code. UsageError if the code is too long; `check` throws CheckerError where the code gives no
 * finite number.
 */
export async function scriptChecker(code: string, limits: SandboxLimits = sandboxLimits): Promise<Checker> {
  const source = checkerSource(code);
  if (source.length > limits.sourceLength)
    throw new UsageError(`the checker has ${code.length} characters; ${limits.sourceLength} are the most`);
  const call = await openSource(source, limits);
  return {
    id: 'js',
    parameter: code,
    summary: `the checker's code gives ${RIGHT} or more for it`,
    room: ROOM,
    problem: () => null,
    check(completion, row) {
      const outcome = call(checkInput(completion, row));
      if ('failure' in outcome) throw new CheckerError(checkerSentence(outcome.failure));
      const correct = outcome.reward >= RIGHT;
      return { correct, parsed: correct ? row.answer : completion, score: outcome.reward };
    },
  };
}
