/** @file The contract of every task, checked for each task in the list. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { alphabet, taskById, tasks } from './index.ts';
import { scoreNow } from './rewardTerms.ts';
import { drawFromSplit, splitOf } from './split.ts';
import type { Example, Split, Task } from './task.ts';

/** Tasks whose problems have exactly one right answer; for the others `judges` decides. */
const hasOneAnswer = ({ id }: Task): boolean => !(id in judges);

/** Judges that share no code with the verifiers. */
const judges: Readonly<Record<string, (prompt: string, completion: string) => boolean>> = {
  countdown: (prompt, completion) => hitsTarget(prompt, completion),
  'countdown-distance': (prompt, completion) => completion.includes('|') && hitsTarget(prompt.slice(1), completion),
  gridlake: reachesGoal,
};
const isRight = (task: Task, { prompt }: Example, completion: string): boolean =>
  judges[task.id]?.(prompt, completion) ?? false;

/** The expression uses the given numbers and equals the target, by shunting-yard in floating point. */
function hitsTarget(prompt: string, completion: string): boolean {
  const [given = '', target] = prompt.slice(0, -1).split(':');
  const strength: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2, '|': 3 };
  const values: number[] = [];
  const waiting: string[] = [];
  const reduce = () => {
    const [right = NaN, left = NaN, operator] = [values.pop(), values.pop(), waiting.pop()];
    values.push(
      { '+': left + right, '-': left - right, '*': left * right, '/': left / right, '|': Math.abs(left - right) }[
        operator ?? ''
      ] ?? NaN,
    );
  };
  for (const token of completion.match(/[0-9]+|[^0-9]/g) ?? []) {
    if (token === '(') waiting.push(token);
    else if (token === ')') {
      while (waiting.at(-1) !== '(') reduce();
      waiting.pop();
    } else if (strength[token]) {
      while ((strength[waiting.at(-1) ?? ''] ?? 0) >= strength[token]) reduce();
      waiting.push(token);
    } else values.push(Number(token));
  }
  while (waiting.length > 0) reduce();
  const used = completion.match(/[0-9]+/g) ?? [];
  return (
    Math.abs((values[0] ?? NaN) - Number(target)) < 1e-9 &&
    used.toSorted().join() === given.split(',').toSorted().join()
  );
}

/** Walks on the text of the map itself; the row below is one row and a slash further on. */
function reachesGoal(prompt: string, completion: string): boolean {
  const map = prompt.slice(5, -1);
  const width = map.indexOf('/') + 1;
  let place = map.indexOf('s');
  for (const [index, move] of [...completion].entries()) {
    const next = place + ({ u: -width, d: width, l: -1, r: 1 }[move] ?? NaN);
    const cell = map.charAt(next);
    if (next >= 0 && cell !== '' && cell !== '/') place = next;
    if (map.charAt(place) === 'o') return false;
    if (map.charAt(place) === 'g') return index === completion.length - 1;
  }
  return false;
}

const splits: readonly Split[] = ['train', 'validation', 'heldout'];

/** Tasks with many problems, some of them held out; the others list all outcomes and have one problem. */
const drawn = tasks.filter(({ outcomes }) => !outcomes);

const difficulties = ({ difficulty: { min, max } }: Task): number[] =>
  Array.from({ length: max - min + 1 }, (_, i) => min + i);

function examples(task: Task, split: Split, difficulty: number, count: number): Example[] {
  return Array.from({ length: count }, (_, i) =>
    task.example(random('examples', task.id, split, difficulty, i), split, difficulty),
  );
}

/** Some problems of every difficulty and split. */
function sample(task: Task, count: number): Example[] {
  return difficulties(task).flatMap((difficulty) =>
    splits.flatMap((split) => examples(task, split, difficulty, count)),
  );
}

/** Every demonstration of every problem, right or wrong. */
function demonstrations(task: Task, wrong: boolean): { example: Example; method: string; completion: string }[] {
  return sample(task, 40).flatMap((example, i) =>
    task.methods.map(({ id }) => ({
      example,
      method: id,
      completion: task.demonstration(random('demonstration', i), example, id, wrong),
    })),
  );
}

/** All characters in a task's demonstrations. */
const charactersOf = (task: Task): string =>
  [
    ...new Set(
      demonstrations(task, false)
        .map(({ completion }) => completion)
        .join(''),
    ),
  ].join('');

/** One character left out, exchanged or inserted, or two neighbours swapped. */
function mutated(text: string, at: number, kind: 'out' | 'exchange' | 'in' | 'swap', character: string): string {
  const place = at % text.length;
  const [before, here, after] = [text.slice(0, place), text.charAt(place), text.slice(place + 1)];
  if (kind === 'out') return before + after;
  if (kind === 'exchange') return before + character + after;
  return kind === 'in' ? before + character + here + after : before + after.slice(0, 1) + here + after.slice(1);
}

test('ids are unique, taskById finds each, and an unknown id gives an error with the list', () => {
  expect(new Set(tasks.map(({ id }) => id)).size).toBe(tasks.length);
  for (const task of tasks) expect(taskById(task.id)).toBe(task);
  expect(() => taskById('sudoku')).toThrow(
    /task: there is no "sudoku"; choose one of sums, chain, countdown, countdown-distance, formats, copy, /,
  );
});

test('the alphabet has no character twice', () => {
  expect(new Set(alphabet).size).toBe(alphabet.length);
});

test('the three splits divide the hash 70 : 15 : 15, independently for each task', () => {
  const counts = { train: 0, validation: 0, heldout: 0 };
  let differing = 0;
  for (let i = 0; i < 10000; i++) {
    counts[splitOf('sums', String(i))]++;
    differing += Number(splitOf('sums', String(i)) !== splitOf('chain', String(i)));
  }
  expect(counts.train / 10000).toBeCloseTo(0.7, 1.5);
  expect(counts.validation / 10000).toBeCloseTo(0.15, 1.5);
  expect(counts.heldout / 10000).toBeCloseTo(0.15, 1.5);
  // Independent divisions differ on 1 - 0.7^2 - 2 * 0.15^2 of the problems.
  expect(differing / 10000).toBeCloseTo(0.465, 1.5);
});

test('drawFromSplit throws for a split that no draw reaches, and for an unknown one', () => {
  expect(() => drawFromSplit('sums', 'heldout', () => null)).toThrow(/split: sums found no heldout problem/);
  // A file may hold a split name that the type forbids.
  expect(() => drawFromSplit('sums', 'toString' as Split, () => null)).toThrow(/split: there is no "toString"/);
});

describe.each(drawn.map((task) => [task.id, task] as const))('%s has problems that are held out', (_, task) => {
  test('the same stream gives the same problem, another stream others', () => {
    expect(sample(task, 5)).toEqual(sample(task, 5));
    const prompts = new Set(examples(task, 'train', task.difficulty.default, 50).map(({ prompt }) => prompt));
    expect(prompts.size).toBeGreaterThan(40);
  });

  test('problems lie in the requested split, and no canonical problem lies in two', () => {
    const seen = new Map<string, Split>();
    for (const split of splits) {
      for (const { canonical } of examples(task, split, task.difficulty.min, 600)) {
        expect(splitOf(task.id, canonical)).toBe(split);
        expect(seen.get(canonical) ?? split).toBe(split);
        seen.set(canonical, split);
      }
    }
    expect(seen.size).toBeGreaterThan(500);
  });

  test('has 1000 held-out problems without a common answer', () => {
    const heldout = examples(task, 'heldout', task.difficulty.default, 10000);
    const distinct = new Map(heldout.map((example) => [example.canonical, example]));
    expect(distinct.size).toBeGreaterThanOrEqual(1000);
    // For expressions the profitable guess is the target.
    const answer = (example: Example): string => /:([0-9]+)=$/.exec(example.prompt)?.[1] ?? example.answer;
    for (const list of [heldout, [...distinct.values()]]) {
      const counts = new Map<string, number>();
      for (const example of list) counts.set(answer(example), (counts.get(answer(example)) ?? 0) + 1);
      expect(Math.max(...counts.values()) / list.length).toBeLessThan(0.05);
    }
  });

  test('the right answer has every step right, and the length score falls with length', () => {
    const score = (id: string, example: Example, completion: string) => {
      const found = task.rewardTerms.find((term) => term.id === id);
      return found && scoreNow(found, task.verify(example, completion), completion, example);
    };
    expect(task.rewardTerms.map(({ id }) => id)).toEqual(['answer', 'format', 'length', 'steps']);
    for (const { example, completion } of demonstrations(task, false)) {
      expect([0, 1]).toContain(score('steps', example, completion));
      expect(score('length', example, `${completion}0`)).toBeLessThan(1);
      expect(score('length', example, completion)).toBeGreaterThan(
        (score('length', example, `${completion}0`) ?? 0) - 1e-9,
      );
    }
    expect(
      demonstrations(task, false).some(({ example, completion }) => score('steps', example, completion) === 1),
    ).toBe(true);
    expect(task.rewardTerms.slice(2).every(({ defaultWeight }) => defaultWeight === 0)).toBe(true);
  });
});

describe.each(tasks.map((task) => [task.id, task] as const))('%s', (_, task) => {
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

  test('every mutation that changes the answer is rejected, with the verdict of its text', () => {
    const cases = demonstrations(task, false);
    const kind = fc.constantFrom('out' as const, 'exchange' as const, 'in' as const, 'swap' as const);
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.nat(64),
        kind,
        fc.constantFrom(...charactersOf(task)),
        ({ example, completion }, at, how, character) => {
          const text = mutated(completion, at, how, character);
          const { correct, wellFormed, parsed } = task.verify(example, text);
          if (hasOneAnswer(task)) expect(correct).toBe(parsed === example.answer);
          else expect(correct).toBe(wellFormed && isRight(task, example, text));
        },
      ),
      { numRuns: 3000, seed: 3 },
    );
  });

  test('text before, after or inside an answer makes it malformed', () => {
    for (const { example, completion } of demonstrations(task, false).slice(0, 60)) {
      for (const junk of [' ', 'z', '=', '\n', ')', '(', '.', '\u0660', '\u{1d7d9}']) {
        for (const mutated of [
          junk + completion,
          completion + junk,
          completion.slice(0, 1) + junk + completion.slice(1),
        ]) {
          expect(task.verify(example, mutated).wellFormed).toBe(false);
        }
        expect(task.verify(example, completion + junk).correct).toBe(false);
      }
      expect(task.verify(example, '')).toEqual({ correct: false, wellFormed: false, method: null, parsed: null });
    }
  });

  test('lengths are tight upper bounds, and all characters are in the alphabet', () => {
    for (const difficulty of difficulties(task)) {
      const bound = task.lengths(difficulty);
      let longest = 0;
      for (const example of splits.flatMap((split) => examples(task, split, difficulty, 300))) {
        const completions = [false, true].flatMap((wrong) =>
          task.methods.map(({ id }) => task.demonstration(random(example.prompt, id), example, id, wrong)),
        );
        expect(example.prompt.length).toBeLessThanOrEqual(bound.prompt);
        for (const completion of completions) expect(completion.length).toBeLessThanOrEqual(bound.completion);
        longest = Math.max(longest, ...completions.map(({ length }) => length));
        expect([example.prompt, example.answer, ...completions].join('')).toMatch(
          /^[0-9a-z+\-*/=()[\]<>,;:.?!#|&^_@~ ]+$/,
        );
        expect([...completions.join('')].every((character) => alphabet.includes(character))).toBe(true);
      }
      expect(bound.completion - longest).toBeLessThanOrEqual(3);
    }
  });

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
        if (verdict.wellFormed) expect(verdict.method).not.toBeNull();
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
    for (const unit of [
      '(',
      '[',
      ']',
      '1',
      '1+',
      '0',
      '1,',
      '[1]',
      '1/2-',
      '(1)',
      '((1)+',
      '-',
      '9*',
      'a',
      'a1',
      '1;',
      '1+1;',
      '<',
      '1:',
      'ud',
      '1|',
    ]) {
      const completion = unit.repeat(Math.floor(1e6 / unit.length));
      const bracketed = `[${completion}`;
      const start = performance.now();
      expect(task.verify(example, completion).correct).toBe(false);
      expect(task.verify(example, bracketed).correct).toBe(false);
      // A quadratic parser of a million characters takes minutes, a linear one milliseconds.
      expect(performance.now() - start).toBeLessThan(5000);
    }
  });

  test('the unseen difficulty is in range and not the default', () => {
    const { max, default: usual, unseen = usual + 1 } = task.difficulty;
    expect(unseen > usual && (task.difficulty.unseen === undefined || unseen <= max)).toBe(true);
  });

  test('a difficulty out of range and an unknown method are refused by name', () => {
    const { min, max } = task.difficulty;
    for (const difficulty of [min - 1, max + 1, min + 0.5, NaN]) {
      expect(() => task.example(random('off'), 'train', difficulty)).toThrow(/difficulty: /);
      expect(() => task.lengths(difficulty)).toThrow(/difficulty: /);
    }
    const [example] = examples(task, 'train', min, 1) as [Example];
    expect(() => task.demonstration(random('off'), example, 'guess', false)).toThrow(/method: there is no "guess"/);
  });

  test('the default mix names methods of the task, and its shares sum to 1', () => {
    const ids = task.methods.map(({ id }) => id);
    const { methods, wrong = {} } = task.defaultMix;
    expect(ids).toEqual(expect.arrayContaining([...Object.keys(methods), ...Object.keys(wrong)]));
    expect(Object.values(methods).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    for (const share of Object.values(wrong)) expect(share >= 0 && share <= 1).toBe(true);
    expect(task.rewardTerms[0]?.defaultWeight).toBe(1);
    if (!task.outcomes) expect(task.rewardTerms[0]?.id).toBe('answer');
  });
});

test.each(tasks.map((task) => [task.id, task] as const))(
  '%s reads its own prompts back, and no one else\u2019s',
  (_id, task) => {
    for (const example of sample(task, 20)) {
      const read = task.read(example.prompt);
      expect(read).toEqual({ ...example, answer: read?.answer });
      expect(task.verify(read as Example, example.answer).correct).toBe(true);
      for (const other of tasks) if (other !== task) expect(other.read(example.prompt)).toBeNull();
    }
    for (const foreign of ['', '=', 'x', '1+', '#0+1=', '1,2:3', '99999+1+1=', '16,1,1:1='])
      expect(task.read(foreign)).toBeNull();
  },
);
