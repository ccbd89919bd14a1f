/** @file Syntax colours are readable in both schemes, and none is a colour with another meaning. */
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

it.each([
  ['light', light],
  ['dark', dark],
])('colours of code in the %s scheme', (_name, scheme) => {
  for (const name of ['syntax-value', 'syntax-call', 'syntax-name']) {
    const color = colorOf(scheme, name);
    for (const ground of ['panel', 'accent-tint', 'danger-tint'])
      expect(contrast(color, colorOf(scheme, ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const meaning of ['reward', 'kl', 'entropy']) {
      const apart = Math.abs(hue(color) - hue(colorOf(scheme, meaning))) % 360;
      expect(Math.min(apart, 360 - apart), `${name} beside ${meaning}`).toBeGreaterThan(30);
    }
  }
});
