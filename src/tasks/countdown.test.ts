/** @file Countdown: verdicts on worked examples, and problems against the numbers and target in their prompt. */
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { countdown } from './countdown.ts';
import { evaluateExpression } from './expression.ts';
import type { Example } from './task.ts';

const example: Example = { prompt: '3,7,9:30=', answer: '3*7+9', canonical: '3,7,9:30', difficulty: 3 };
const fractions: Example = { prompt: '7,2,4:14=', answer: '7/2*4', canonical: '2,4,7:14', difficulty: 3 };

describe('verify', () => {
  test.each([
    ['3*7+9', true, true, '30'],
    ['9+7*3', true, true, '30'],
    ['((9))+(7*3)', true, true, '30'],
    ['3+7+9', false, true, '19'],
    ['3-7*9', false, true, '-60'],
    ['3/9*7', false, true, '7/3'],
    ['3*7+9+0', false, false, '30'],
    ['30', false, false, '30'],
    ['7*3+3+3+3', false, false, '30'],
    ['3*7', false, false, '21'],
    ['3*7+9=30', false, false, null],
    ['3*7+9)', false, false, null],
    ['3 *7+9', false, false, null],
    ['37-9', false, false, '28'],
    ['', false, false, null],
  ])('%s', (completion, correct, wellFormed, parsed) => {
    expect(countdown.verify(example, completion)).toEqual({
      correct,
      wellFormed,
      method: wellFormed ? 'expression' : null,
      parsed,
    });
  });

  test('intermediate fractions are exact', () => {
    expect(countdown.verify(fractions, '7/2*4').correct).toBe(true);
    expect(countdown.verify(fractions, '7/(2/4)').correct).toBe(true);
    const seven: Example = { prompt: '2,2,7:7=', answer: '7+2-2', canonical: '2,2,7:7', difficulty: 3 };
    expect(countdown.verify(seven, '7/2/2')).toMatchObject({ correct: false, parsed: '7/4' });
  });

  test('a division by zero is well formed and wrong', () => {
    const zero: Example = { prompt: '2,2,5:5=', answer: '5+2-2', canonical: '2,2,5:5', difficulty: 3 };
    expect(countdown.verify(zero, '5/(2-2)')).toEqual({
      correct: false,
      wellFormed: true,
      method: 'expression',
      parsed: null,
    });
  });

  test('an expression with another number than the given ones is malformed', () => {
    for (const given of ['3', '7', '9']) {
      for (let other = 0; other <= 20; other++) {
        if (String(other) === given) continue;
        const mutated = '3*7+9'.replace(given, String(other));
        expect(countdown.verify(example, mutated)).toMatchObject({ correct: false, wellFormed: false });
      }
    }
  });
});

test('problems use numbers 1 to 15 and a target 1 to 99; answer and canonical form agree with the prompt', () => {
  for (let i = 0; i < 400; i++) {
    const count = 3 + (i % 2);
    const { prompt, answer, canonical } = countdown.example(random('problem', i), 'validation', count);
    const [numbers = '', target = ''] = prompt.slice(0, -1).split(':');
    const sorted = numbers
      .split(',')
      .map(Number)
      .toSorted((a, b) => a - b);
    expect(sorted).toHaveLength(count);
    expect(sorted.every((n) => n >= 1 && n <= 15)).toBe(true);
    expect(Number(target) >= 1 && Number(target) <= 99).toBe(true);
    expect(canonical).toBe(`${sorted.join(',')}:${target}`);
    expect(evaluateExpression(answer)?.value).toEqual({ numerator: Number(target), denominator: 1 });
  }
});

test("wrong demonstrations vary and use the problem's numbers", () => {
  const wrong = Array.from({ length: 100 }, (_, i) => countdown.demonstration(random(i), example, 'expression', true));
  expect(new Set(wrong).size).toBeGreaterThan(20);
  for (const text of wrong) expect(evaluateExpression(text)?.numbers.toSorted((a, b) => a - b)).toEqual([3, 7, 9]);
});

test('a problem whose target every expression hits gives an error that names it', () => {
  const certain: Example = { prompt: '5:5=', answer: '5', canonical: '5:5', difficulty: 3 };
  expect(() => countdown.demonstration(random(1), certain, 'expression', true)).toThrow(/misses the target of "5:5="/);
});
