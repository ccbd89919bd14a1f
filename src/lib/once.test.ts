import { expect, it, vi } from 'vitest';
import { once } from './once.ts';

it('computes nothing before the first call, and once, also where the value is undefined', () => {
  const compute = vi.fn<() => undefined>();
  const value = once(compute);
  expect(compute).not.toHaveBeenCalled();
  value();
  value();
  expect(compute).toHaveBeenCalledOnce();
});

it('answers the same object each time', () => {
  const value = once(() => ({}));
  expect(value()).toBe(value());
});
