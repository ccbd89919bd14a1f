/**
 * @file A checker of a data file in JavaScript, `(completion, row) => number`. It runs in a sandbox only, whose thread
 * can be terminated; loops, recursion and memory are bounded as for reward terms.
 */
import { assert } from '../../lib/assert.ts';
import { type Checker, comparing, RIGHT, ROOM } from '../../tasks/own/checker.ts';
import type { Example, Task, Verdict } from '../../tasks/task.ts';
import { type CheckInput, failureSentence, type RewardSandbox, sandboxLimits } from './rewardFunction.ts';

/** Thrown if the code of a checker fails on a completion; the message names its line and the completion. */
export class CheckerError extends Error {
  override readonly name = 'CheckerError';
}

/** How a file gives its function; by `export default` if it has that, else in one of the other ways. */
const exported = /^[ \t]*(?:export[ \t]+default[ \t]|module\.exports[ \t]*=)/m;
const exportedByName = /^[ \t]*export[ \t]+(?=(?:function|const|let|var)[ \t]+(\w+))/gm;

/**
 * Source that defines `reward(input)`, from a function written as an expression, or exported after others: the last one
 * counts where several are exported by name. Lines keep their numbers.
 */
function checkerSource(code: string): string {
  const named = [...code.matchAll(exportedByName)].at(-1)?.[1];
  const defined = exported.test(code)
    ? code.replace(exported, 'globalThis.__check = ').replaceAll(exportedByName, '')
    : named !== undefined
      ? `${code.replaceAll(exportedByName, '')}\n;globalThis.__check = ${named}`
      : `globalThis.__check = (${code.trimEnd().replace(/;$/, '')}\n)`;
  return `${defined}\n;function reward(input) { return globalThis.__check(input.completion, input.row); }`;
}

/** Calls in one batch of the sandbox: so few that each has the whole limits of a call. */
const CALLS = Math.floor(sandboxLimits.batchMilliseconds / sandboxLimits.callMilliseconds);

/**
 * The numbers that a checker's code gives, one per input. CheckerError if a call fails; `at` names the call as a
 * clause.
 */
export async function codeScores(
  code: string,
  inputs: readonly CheckInput[],
  sandbox: RewardSandbox,
  at: (index: number) => string,
): Promise<number[]> {
  const source = checkerSource(code);
  const scores: number[] = [];
  while (scores.length < inputs.length) {
    const outcomes = await sandbox.score(source, inputs.slice(scores.length, scores.length + CALLS));
    for (const outcome of outcomes) {
      if ('failure' in outcome) {
        const { line } = outcome.failure;
        // The source goes on after the code, which may lack its end.
        const failure = { ...outcome.failure, line: line && Math.min(line, code.trimEnd().split('\n').length) };
        throw new CheckerError(`the checker failed: ${failureSentence(failure)} (${at(scores.length)})`);
      }
      scores.push(outcome.reward);
    }
  }
  return scores;
}

/** The verdicts on completions, in order; the code of a checker runs in the sandbox. CheckerError if it fails. */
export async function verdictsOf(
  task: Task,
  completions: readonly { readonly example: Example; readonly text: string }[],
  sandbox: RewardSandbox,
): Promise<Verdict[]> {
  const { code } = task;
  const nameOf = (i: number) => {
    const { example, text } = completions[i] as (typeof completions)[number];
    return `completion ${JSON.stringify(text)} of ${JSON.stringify(example.prompt)}`;
  };
  const scores = code
    ? await codeScores(
        code.text,
        completions.map(({ example, text }) => ({ completion: text, row: code.row(example) })),
        sandbox,
        nameOf,
      )
    : [];
  return completions.map(({ example, text }, i) => task.verify(example, text, scores[i]));
}

/** The checker of this code. UsageError if the code is too long. */
export function scriptChecker(code: string): Checker {
  assert(code.trim() !== '', 'the checker is empty');
  const { sourceLength } = sandboxLimits;
  const isShort = checkerSource(code).length <= sourceLength;
  assert(isShort, `the checker has ${code.length} characters; ${sourceLength} are the most`);
  return {
    id: 'js',
    parameter: code,
    summary: `the checker's code gives ${RIGHT} or more for it`,
    room: ROOM,
    problem: () => null,
    check: comparing((completion) => completion.trim() || null),
  };
}
