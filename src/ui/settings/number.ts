/** @file Writing and stepping a number in a text field; `lib/numberText.ts` reads it. */
import type { Field } from '../types.ts';

/** A number that was typed, or a sentence on why the text is not a number. */
export type Typed = number | string;

/** A number for a text field: the shortest text that reads back as the same number. */
export const showNumber = (value: number): string => String(value);

/** The next value up or down: 1, 2, 5, 10 on a logarithmic scale, else one step; never past the range. */
export function stepNumber(
  value: number,
  direction: 1 | -1,
  field: Pick<Field, 'min' | 'max' | 'step' | 'scale' | 'integer'>,
): number {
  const next =
    field.scale === 'log' && value > 0
      ? stepLog(value, direction)
      : Math.round(value / field.step + direction) * field.step;
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
