/** @file Colours are readable in both schemes, and none has two meanings. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const [light = '', dark = ''] = readFileSync('src/ui/tokens.css', 'utf8').split(
  ":root[data-mantine-color-scheme='dark']",
);

/** Red, green and blue from 0 to 1. */
function colorOf(scheme: string, name: string): number[] {
  const digits = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(scheme)?.[1] ?? '';
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255);
}

function luminance(color: number[]): number {
  const [r = 0, g = 0, b = 0] = color.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: number[], other: number[]): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Hue in degrees. */
function hue([r = 0, g = 0, b = 0]: number[]): number {
  return (Math.atan2(Math.sqrt(3) * (g - b), 2 * r - g - b) * 180) / Math.PI;
}

/** Degrees between two hues. */
function apart(one: number[], other: number[]): number {
  const degrees = Math.abs(hue(one) - hue(other)) % 360;
  return Math.min(degrees, 360 - degrees);
}

/** Whether the colour has no hue to speak of. */
const isGrey = (color: number[]): boolean => Math.max(...color) - Math.min(...color) < 0.15;

const quantities = ['reward', 'kl', 'entropy', 'positive', 'negative'];
const numbered = (name: string, count: number) => Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
const schemes = [
  ['light', light],
  ['dark', dark],
] as const;

it.each(schemes)(
  'lines in the %s scheme are seen, and a run or a method is never taken for a quantity',
  (_name, scheme) => {
    const [runs, methods] = [numbered('run', 6), numbered('method', 5)];
    const lines = [...quantities, 'log-prob', ...runs, ...methods, ...numbered('reward', 3), ...numbered('other', 3)];
    const faint = lines.filter((name) => contrast(colorOf(scheme, name), colorOf(scheme, 'panel')) < 3);
    expect(faint).toEqual([]);
    for (const button of ['accent', 'accent-hover'])
      expect(contrast(colorOf(scheme, 'accent-ink'), colorOf(scheme, button))).toBeGreaterThanOrEqual(4.5);
    const confused = (names: readonly string[], meanings: readonly string[]) =>
      names.flatMap((name) =>
        isGrey(colorOf(scheme, name))
          ? []
          : meanings.filter((one) => apart(colorOf(scheme, name), colorOf(scheme, one)) < 20).map((one) => [name, one]),
      );
    expect([...confused(runs, [...quantities, 'link']), ...confused(methods, quantities)]).toEqual([]);
    const isTold = (one: number[], other: number[]) =>
      isGrey(one) !== isGrey(other) || apart(one, other) > 20 || contrast(one, other) > 1.5;
    const alike = runs.filter((name, index) =>
      runs.slice(0, index).some((other) => !isTold(colorOf(scheme, name), colorOf(scheme, other))),
    );
    expect(alike).toEqual([]);
  },
);

it.each(schemes)('colours of code in the %s scheme', (_name, scheme) => {
  for (const name of ['syntax-value', 'syntax-call', 'syntax-name']) {
    const color = colorOf(scheme, name);
    for (const ground of ['panel', 'accent-tint', 'danger-tint'])
      expect(contrast(color, colorOf(scheme, ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const meaning of ['reward', 'kl', 'entropy']) {
      expect(apart(color, colorOf(scheme, meaning)), `${name} beside ${meaning}`).toBeGreaterThan(30);
    }
  }
});
