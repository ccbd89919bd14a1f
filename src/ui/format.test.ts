import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatRange,
  formatSeconds,
  formatShare,
  formatSigned,
  formatValue,
} from './format.ts';

describe('formatted numbers', () => {
  it('keep three or four significant digits', () => {
    expect([0, 0.12345, 1.2345, 12.345, 123.45].map(formatNumber)).toEqual(['0.000', '0.123', '1.23', '12.3', '123']);
    expect(formatNumber(-0.5)).toBe('\u22120.500');
    expect(formatNumber(0.00002)).toBe('2.0e\u22125');
    expect(formatNumber(Number.NaN)).toBe('–');
  });

  it('carry their sign and unit', () => {
    expect([1.234, -0.5, 0, -0.001].map(formatSigned)).toEqual(['+1.23', '\u22120.50', '0.00', '0.00']);
    expect(formatShare(0.875)).toBe('88\u202f%');
    expect(formatShare(0.016)).toBe('1.6\u202f%');
    expect(formatSeconds(0.25)).toBe('250\u202fms');
    expect(formatSeconds(600)).toBe('10\u202fmin');
    expect(formatBytes(612_000)).toBe('0.61\u202fMB');
    expect(formatValue(0.4, 'nats/token')).toBe('0.400\u202fnats/token');
    expect(formatRange([0.843, 0.973], 'share')).toBe('[84, 97\u202f%]');
  });

  it('group digits in threes and lose none', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (value) => {
        const text = formatCount(value);
        expect(Number(text.replaceAll('\u202f', ''))).toBe(value);
        expect(
          text
            .split('\u202f')
            .slice(1)
            .every((part) => part.length === 3),
        ).toBe(true);
      }),
    );
  });
});
