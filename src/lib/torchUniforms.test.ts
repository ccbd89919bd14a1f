/** @file torchUniforms against the first draws of PyTorch, and the published ten-thousandth word of MT19937. */
import { expect, test } from 'vitest';
import { torchUniforms } from './torchUniforms.ts';

test('seed 42 begins as torch.rand does', () => {
  const uniform = torchUniforms(42);
  expect([uniform(), uniform(), uniform()].map((u) => u.toFixed(8))).toEqual([
    '0.88226926',
    '0.91500396',
    '0.38286376',
  ]);
});

test('the ten-thousandth word of seed 5489 is 4123659995, as the C++ standard requires of mt19937', () => {
  const uniform = torchUniforms(5489);
  for (let i = 1; i < 10000; i++) uniform();
  expect(uniform() * 2 ** 24).toBe(4123659995 & 0xffffff);
});
