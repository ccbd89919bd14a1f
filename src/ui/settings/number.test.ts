import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTyped } from '../../lib/numberText.ts';
import { showNumber, stepNumber } from './number.ts';

const rate = { min: 0, max: 0.02, step: 0.0001, scale: 'log', integer: false } as const;
const beta = { min: 0, max: 1, step: 0.01, scale: 'linear', integer: false } as const;

const seed = { min: 0, max: 2 ** 31 - 1, step: 1, scale: 'linear', integer: true } as const;

describe('showNumber', () => {
  it('shows the number to the last digit', () => {
    expect([1234567, 2 ** 31 - 1, 0.30000000000000004].map(showNumber)).toEqual([
      '1234567',
      '2147483647',
      '0.30000000000000004',
    ]);
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(readTyped(showNumber(value), { min: -1e6, max: 1e6, integer: false })).toBe(value + 0);
      }),
    );
  });
});

describe('stepNumber', () => {
  it('steps from the current number', () => {
    expect(stepNumber(1234567, 1, seed)).toBe(1234568);
    expect(stepNumber(2 ** 31 - 2, 1, seed)).toBe(2 ** 31 - 1);
    expect(stepNumber(2 ** 31 - 1, 1, seed)).toBe(2 ** 31 - 1);
  });

  it('walks 1, 2, 5 on a logarithmic scale', () => {
    expect(stepNumber(0.001, 1, rate)).toBe(0.002);
    expect(stepNumber(0.002, 1, rate)).toBe(0.005);
    expect(stepNumber(0.001, -1, rate)).toBe(0.0005);
    expect(stepNumber(0.0013, -1, rate)).toBe(0.001);
    expect(stepNumber(0, 1, rate)).toBe(0.0001);
  });

  it('lands on multiples of the step and stays in range', () => {
    expect(stepNumber(0.1, 1, beta)).toBe(0.11);
    expect(stepNumber(1, 1, beta)).toBe(1);
    expect(stepNumber(0, -1, beta)).toBe(0);
  });
});
