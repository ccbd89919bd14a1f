import { expect, it, vi } from 'vitest';
import { once } from './once.ts';

it('once computes nothing before the first call, and only once, also for undefined', () => {
  const compute = vi.fn<() => undefined>();
  const value = once(compute);
  expect(compute).not.toHaveBeenCalled();
  value();
  value();
  expect(compute).toHaveBeenCalledOnce();
});

it('once returns the same object every time', () => {
  const value = once(() => ({}));
  expect(value()).toBe(value());
});
