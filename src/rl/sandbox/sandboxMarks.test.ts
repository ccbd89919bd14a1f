/** @file The code that finds the line of a failure is loaded on demand, and loading may fail. */
import { expect, test, vi } from 'vitest';
import { sandboxLimits } from './rewardFunction.ts';
import { QuickJsSandbox } from './sandbox.ts';

vi.mock('./marks.ts', () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')));

test('a failure is reported without its line if the code that finds lines cannot be loaded', async () => {
  const sandbox = new QuickJsSandbox({ ...sandboxLimits, callMilliseconds: 60_000, batchMilliseconds: 120_000 });
  const input = {
    prompt: '1+2=',
    completion: '[3]3',
    answer: '3',
    correct: true,
    wellFormed: true,
    method: 'worked',
    length: 5,
    step: 7,
  };
  const [outcome] = await sandbox.score('function reward() {\n  while (true);\n}', [input]);
  expect(outcome).toMatchObject({ failure: { kind: 'timeout', line: null } });
});
