/** @file Reading and stepping a number in a text field. */
import type { Field } from '../types.ts';

/** The number a person typed, or null; a comma counts as the decimal point. */
export function parseNumber(typed: string): number | null {
  const cleaned = typed.trim().replace(',', '.').replace('\u2212', '-');
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cleaned)) return null;
  return Number(cleaned);
}

/** A number as it stands in a field: short, without the noise of binary fractions. */
export function showNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** The next value up or down: 1, 2, 5, 10 on a logarithmic scale, else one step; never past the range. */
export function stepNumber(value: number, direction: 1 | -1, field: Pick<Field, 'min' | 'max' | 'step' | 'scale' | 'integer'>): number {
  const next = field.scale === 'log' && value > 0 ? stepLog(value, direction) : Math.round(value / field.step + direction) * field.step;
  const clamped = Math.min(field.max, Math.max(field.min, next));
  return Number(clamped.toPrecision(10));
}

function stepLog(value: number, direction: 1 | -1): number {
  const exponent = Math.floor(Math.log10(value));
  const ladder = [exponent - 1, exponent, exponent + 1].flatMap((e) => [1, 2, 5].map((m) => Number(`${m}e${e}`)));
  const slack = 1 + direction * 1e-9;
  const next = direction > 0 ? ladder.find((v) => v > value * slack) : ladder.findLast((v) => v < value * slack);
  return next ?? value;
}
