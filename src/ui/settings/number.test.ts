import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber, showNumber, stepNumber } from './number.ts';

const rate = { min: 0, max: 0.02, step: 0.0001, scale: 'log', integer: false } as const;
const beta = { min: 0, max: 1, step: 0.01, scale: 'linear', integer: false } as const;

describe('parseNumber', () => {
  it('reads what people type and refuses what is no number', () => {
    expect(['0.5', ' ,5 ', '1e-3', '−2', '3.'].map(parseNumber)).toEqual([0.5, 0.5, 0.001, -2, 3]);
    expect(['', 'abc', '1..2', '0x10', 'Infinity', '1 2'].map(parseNumber)).toEqual([null, null, null, null, null, null]);
  });

  it('reads back what it shows', () => {
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (value) => {
      expect(parseNumber(showNumber(value))).toBeCloseTo(value, Math.max(0, 4 - Math.ceil(Math.log10(value))));
    }));
  });
});

describe('stepNumber', () => {
  it('walks 1, 2, 5 on a logarithmic scale', () => {
    expect(stepNumber(0.001, 1, rate)).toBe(0.002);
    expect(stepNumber(0.002, 1, rate)).toBe(0.005);
    expect(stepNumber(0.001, -1, rate)).toBe(0.0005);
    expect(stepNumber(0.0013, -1, rate)).toBe(0.001);
    expect(stepNumber(0, 1, rate)).toBe(0.0001);
  });

  it('lands on multiples of the step and stays inside the range', () => {
    expect(stepNumber(0.1, 1, beta)).toBe(0.11);
    expect(stepNumber(1, 1, beta)).toBe(1);
    expect(stepNumber(0, -1, beta)).toBe(0);
  });
});
