/** @file Sums and chains: problems against an independent parser of the prompt, and the grammar of their answers. */
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { chain } from './chain.ts';
import { sums } from './sums.ts';
import { splitOf } from './split.ts';
import type { Example } from './task.ts';

const sum: Example = { prompt: '25+3+8+7=', answer: '43', canonical: '25:3+7+8', difficulty: 3 };
const steps: Example = { prompt: '#8+5*3-7=', answer: '32', canonical: '8:*3,+5,-7', difficulty: 3 };

test('demonstrations of worked examples are as expected', () => {
  expect(sums.demonstration(random(1), sum, 'direct', false)).toBe('43');
  expect(sums.demonstration(random(1), sum, 'worked', false)).toBe('[28,36]43');
  expect(chain.demonstration(random(1), steps, 'direct', false)).toBe('32');
  expect(chain.demonstration(random(1), steps, 'worked', false)).toBe('[13,39]32');
  expect(sums.demonstration(random(1), sum, 'worked', true)).toMatch(/^\[28,36\](4[0-24-9]|[1-35-9]3)$/);
});

describe('verify', () => {
  test.each([
    ['43', true, true, 'direct', '43'],
    ['44', false, true, 'direct', '44'],
    ['043', false, false, 'direct', '043'],
    ['[28,36]43', true, true, 'worked', '43'],
    ['[28,37]43', true, true, 'worked', '43'],
    ['[28,36]44', false, true, 'worked', '44'],
    ['[28]43', true, false, 'worked', '43'],
    ['[28,36,43]43', true, false, 'worked', '43'],
    ['[]43', true, false, 'worked', '43'],
    ['[x43', false, false, 'worked', null],
    ['[28,36]', false, false, 'worked', null],
    ['[28]25]43', false, false, 'worked', null],
    ['28,36]43', false, false, null, null],
    ['-43', false, false, null, null],
    ['43 ', false, false, null, null],
  ])('%s', (completion, correct, wellFormed, method, parsed) => {
    expect(sums.verify(sum, completion)).toEqual({ correct, wellFormed, method, parsed });
  });

  test('a changed digit makes any answer wrong', () => {
    for (const [i, digit] of [...'43'].entries()) {
      for (const other of '0123456789'.replace(digit, '')) {
        const mutated = '43'.slice(0, i) + other + '43'.slice(i + 1);
        expect(sums.verify(sum, mutated).correct).toBe(false);
        expect(sums.verify(sum, `[28,36]${mutated}`).correct).toBe(false);
      }
    }
  });
});

test('every sum starts from two digits, adds single digits and stays at two digits', () => {
  for (let i = 0; i < 300; i++) {
    const additions = 2 + (i % 4);
    const { prompt, answer } = sums.example(random('sum', i), 'train', additions);
    const terms = (prompt.match(/[0-9]+/g) ?? []).map(Number);
    expect(prompt).toMatch(/^[1-5][0-9](\+[1-9])+=$/);
    expect(terms).toHaveLength(additions + 1);
    expect(Number(answer)).toBe(terms.reduce((a, b) => a + b));
    expect(answer).toHaveLength(2);
  }
});

test('every chain keeps its values in 0 to 99 and ends in its answer', () => {
  for (let i = 0; i < 300; i++) {
    const count = 2 + (i % 4);
    const example = chain.example(random('chain', i), 'heldout', count);
    expect(example.prompt).toMatch(/^#[1-9]([+\-*][1-9])+=$/);
    let value = Number(example.prompt[1]);
    const values: number[] = [];
    for (const [, operation, digit] of example.prompt.matchAll(/([+\-*])([1-9])/g)) {
      if (operation === '+') value += Number(digit);
      if (operation === '-') value -= Number(digit);
      if (operation === '*') value *= Number(digit);
      values.push(value);
    }
    expect(values).toHaveLength(count);
    expect(values.every((v) => v >= 0 && v <= 99)).toBe(true);
    expect(example.answer).toBe(String(value));
    expect(chain.demonstration(random(i), example, 'worked', false)).toBe(`[${values.slice(0, -1).join(',')}]${value}`);
  }
});

test('reorderings of a problem share its canonical form, and so its split', () => {
  const forms = new Map<string, Set<string>>();
  for (const task of [sums, chain]) {
    for (let i = 0; i < 3000; i++) {
      const { prompt, canonical } = task.example(random('order', i), 'train', task.difficulty.min);
      const parts = prompt
        .match(/#[0-9]|[+\-*]?[0-9]+/g)
        ?.map((part) => (task === sums ? part.replace('+', '') : part));
      const key = `${task.id} ${parts?.toSorted().join(' ')}`;
      forms.set(key, (forms.get(key) ?? new Set()).add(canonical));
      expect(splitOf(task.id, canonical)).toBe('train');
    }
  }
  expect([...forms.values()].every(({ size }) => size === 1)).toBe(true);
  expect(forms.size).toBeLessThan(5000);
});
