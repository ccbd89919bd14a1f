/** @file The part of a task's contract that its verifier keeps. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scoreNow } from '../../src/tasks/rewardTerms.ts';
import type { Example, Task } from '../../src/tasks/task.ts';
import { charactersOf, demonstrations, examples, type Mutation, mutated } from './problems.ts';

/** Whether a completion solves the problem, without code of the verifier. */
export type Judge = (prompt: string, completion: string) => boolean;

function describeDemonstrations(task: Task): void {
  test("every demonstration verifies as its method, and so does every problem's answer", () => {
    for (const { example, method, completion } of demonstrations(task, false)) {
      expect(task.verify(example, completion)).toMatchObject({ correct: true, wellFormed: true, method });
      expect(task.verify(example, example.answer).correct).toBe(true);
    }
  });

  test('every wrong demonstration is well formed and rejected', () => {
    for (const { example, method, completion } of demonstrations(task, true)) {
      expect(task.verify(example, completion)).toMatchObject({ correct: false, wellFormed: true, method });
    }
  });
}

function describeMutations(task: Task, judge: Judge | undefined): void {
  test('every mutation that changes the answer is rejected, with the verdict of its text', () => {
    const kind = fc.constantFrom<Mutation>('out', 'exchange', 'in', 'swap');
    fc.assert(
      fc.property(
        fc.constantFrom(...demonstrations(task, false)),
        fc.nat(64),
        kind,
        fc.constantFrom(...charactersOf(task)),
        ({ example, completion }, at, how, character) => {
          const text = mutated(completion, at, how, character);
          const { correct, wellFormed, parsed } = task.verify(example, text);
          expect(correct).toBe(judge ? wellFormed && judge(example.prompt, text) : parsed === example.answer);
        },
      ),
      { numRuns: 3000, seed: 3 },
    );
  });
}

/** For a task that rewards a form, or lists all that have it. */
function describeForm(task: Task): void {
  test('text before, after or inside an answer makes it malformed', () => {
    for (const { example, completion } of demonstrations(task, false).slice(0, 60)) {
      for (const junk of [' ', 'z', '=', '\n', ')', '(', '.', '\u0660', '\u{1d7d9}']) {
        for (const changed of [
          junk + completion,
          completion + junk,
          completion.slice(0, 1) + junk + completion.slice(1),
        ])
          expect(task.verify(example, changed).wellFormed).toBe(false);
        expect(task.verify(example, completion + junk).correct).toBe(false);
      }
      expect(task.verify(example, '')).toEqual({ correct: false, wellFormed: false, method: null, parsed: null });
    }
  });
}

/** For a task whose form is a pair of tags at the end. */
function describeTags(task: Task): void {
  test('words before the tags change nothing; no tags, a second pair or text after them make it malformed', () => {
    for (const { example, completion } of [...demonstrations(task, false), ...demonstrations(task, true)]) {
      const { correct, wellFormed } = task.verify(example, completion);
      expect(wellFormed).toBe(true);
      expect(task.verify(example, `Let me see: 7 of 9.\n${completion}\n`)).toMatchObject({ correct, wellFormed });
      const inside = completion.replace(/^<answer>|<\/answer>$/g, '');
      for (const text of [inside, `${completion}.`, completion + completion, `${completion}<`, `<answer>${inside}`])
        expect(task.verify(example, text)).toMatchObject({ correct, wellFormed: false });
    }
    const [example] = examples(task, 'train', task.difficulty.default, 1) as [Example];
    for (const empty of ['', '<answer></answer>', '</answer>', '<answer> </answer>'])
      expect(task.verify(example, empty)).toMatchObject({ correct: false, wellFormed: false });
  });
}

function describeAnyText(task: Task): void {
  test('10 000 random completions are judged consistently and without an error', () => {
    const [example] = examples(task, 'heldout', task.difficulty.default, 1) as [Example];
    const strings = ([...characters]: string) => fc.string({ unit: fc.constantFrom(...characters), maxLength: 24 });
    const anything = fc.oneof(
      strings('0123456789+-*/()[],='),
      strings(charactersOf(task)),
      fc.string({ unit: 'binary', maxLength: 24 }),
    );
    fc.assert(
      fc.property(anything, (completion) => {
        const verdict = task.verify(example, completion);
        if (verdict.correct) expect(verdict.parsed).not.toBeNull();
        if (task.methods.length > 0 && verdict.wellFormed) expect(verdict.method).not.toBeNull();
        const scores = task.rewardTerms.map((term) => scoreNow(term, verdict, completion, example));
        if (!scores.every((score) => score >= 0 && score <= 1)) expect(scores).toEqual('all from 0 to 1');
        const scene = task.scene?.(example, completion);
        if (scene && !['steps', 'strings', 'grid'].includes(scene.kind))
          expect.unreachable('a scene of an unknown kind');
      }),
      { numRuns: 10000, seed: 1 },
    );
  });

  test('a million characters are judged in linear time', () => {
    const [example] = examples(task, 'train', task.difficulty.default, 1) as [Example];
    const pairs = ['1+', '1,', '9*', 'a1', '1;', '1:', 'ud', '1|', '[1]', '(1)', '1/2-', '1+1;', '((1)+'];
    for (const unit of [...'([]10-a<', ...pairs]) {
      const completion = unit.repeat(Math.floor(1e6 / unit.length));
      const start = performance.now();
      for (const text of [completion, `[${completion}`]) {
        const { correct, wellFormed } = task.verify(example, text);
        // The last number of many may be right where the answer needs no tags.
        expect(task.isInstruction ? wellFormed : correct).toBe(false);
      }
      // A quadratic parser of a million characters takes minutes, a linear one milliseconds.
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });
}

/** `hasForm`: whether the task judges the form of a completion. `judge` decides where several answers are right. */
export function describeVerifier(task: Task, hasForm: boolean, judge: Judge | undefined): void {
  describeDemonstrations(task);
  describeMutations(task, judge);
  if (task.isInstruction) describeTags(task);
  else if (hasForm) describeForm(task);
  describeAnyText(task);
}
