import { expect, it } from 'vitest';
import { initialScheme } from './colorScheme.ts';

it('takes the stored scheme, else the system’s', () => {
  expect(initialScheme('light', true)).toBe('light');
  expect(initialScheme('auto', true)).toBe('dark');
  expect(initialScheme(null, false)).toBe('light');
});
