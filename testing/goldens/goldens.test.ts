/**
 * @file Training results are unchanged: eight runs of 20 steps have the bits written by `npm run goldens`, in every
 * metric, evaluation, adapter and moment. WASM gives the same bits on every machine, onnxruntime-node only on CPUs of
 * one kind.
 */
import { describe, expect, test } from 'vitest';
import { arithmeticFingerprint } from './arithmetic.ts';
import { cases, STEPS } from './cases.ts';
import node from './node.json' with { type: 'json' };
import { type Golden, movedBits, movedNumbers, record } from './record.ts';
import wasm from './wasm.json' with { type: 'json' };

const golden = {
  node: node.runs as unknown as Readonly<Record<string, Golden>>,
  wasm: wasm.runs as unknown as Readonly<Record<string, Golden>>,
};

/** Number of steps before rounding changes a sampled token, and the tolerance of a number until then. */
const [NEAR_STEPS, TOLERANCE] = [2, 1e-3];
const sameArithmetic = (await arithmeticFingerprint()) === node.arithmetic;

async function expectBits(backend: 'node' | 'wasm', name: string): Promise<void> {
  const expected = golden[backend][name] as Golden;
  const found = await record(backend, cases[name]!);
  expect(movedBits(expected, found), 'metrics, steps and arrays that moved').toEqual([]);
  expect(found.evaluations).toMatchObject(expected.evaluations);
}

test.each(['node', 'wasm'] as const)('every case has a golden of all its steps on %s', (backend) => {
  expect(Object.keys(golden[backend])).toEqual(Object.keys(cases));
  for (const { steps } of Object.values(golden[backend])) expect(steps.length).toBe(STEPS);
});

describe.each(Object.keys(cases))('%s', (name) => {
  test('WASM: bit for bit', () => expectBits('wasm', name), 60_000);

  if (sameArithmetic) test('onnxruntime-node: bit for bit', () => expectBits('node', name), 60_000);
  else
    test(`onnxruntime-node: ${NEAR_STEPS} steps within ${TOLERANCE}; bits are NOT compared, this CPU rounds differently`, async () => {
      const { rows } = await record('node', cases[name]!, NEAR_STEPS);
      expect(movedNumbers(golden.node[name] as Golden, rows, NEAR_STEPS, TOLERANCE)).toEqual([]);
    });

  test(`the goldens of both runtimes agree for ${NEAR_STEPS} steps within ${TOLERANCE}`, () => {
    const { firstRows } = golden.wasm[name] as Golden;
    expect(movedNumbers(golden.node[name] as Golden, firstRows, NEAR_STEPS, TOLERANCE)).toEqual([]);
  });
});
