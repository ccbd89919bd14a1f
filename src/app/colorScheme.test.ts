import { expect, it } from 'vitest';
import { initialScheme, otherScheme } from './colorScheme.ts';

it('takes the stored scheme, else the system’s', () => {
  expect(initialScheme('light', true)).toBe('light');
  expect(initialScheme('auto', true)).toBe('dark');
  expect(initialScheme(null, false)).toBe('light');
});

it('every click changes the look, and choosing the system’s look is stored as following the system', () => {
  for (const system of ['light', 'dark'] as const) {
    for (const chosen of ['auto', 'light', 'dark'] as const) {
      const { seen, stored } = otherScheme(chosen, system);
      expect(seen).not.toBe(chosen === 'auto' ? system : chosen);
      expect(initialScheme(stored, system === 'dark')).toBe(seen);
      expect(stored === 'auto').toBe(seen === system);
    }
  }
});
