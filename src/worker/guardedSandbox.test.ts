import { afterEach, expect, test } from 'vitest';
import type { RewardInput } from '../rl/sandbox/rewardFunction.ts';
import { GuardedSandbox } from './guardedSandbox.ts';
import { createNodeSandbox } from './nodeSandbox.ts';
import { channelPort, type Port } from './port.ts';

const inputs = (count: number): RewardInput[] =>
  Array.from({ length: count }, (_, step) => ({
    prompt: '1+2=',
    completion: '3',
    answer: '3',
    correct: true,
    wellFormed: true,
    method: 'direct',
    length: 2,
    step,
  }));

const good = 'function reward({ step }) { return step; }';
/** One built-in function that works for minutes and cannot be interrupted. */
const native = 'Array.prototype.indexOf.call({ length: 2 ** 40 }, 1)';
/** More of them: QuickJS polls its interrupt handler in regular expressions, but in none of these. */
const natives = [
  'Array(4e9).sort().length',
  'Array(4e9).join("").length',
  'Array(4e9).flat().length',
  '"a".repeat(4e6).indexOf("a".repeat(2e6) + "b")',
  'Array.prototype.reduce.call({ length: 2 ** 40 }, Math.max, 0)',
  'Object.keys(new Proxy({}, { ownKeys: () => Array.from({ length: 3e5 }, (_, i) => "k" + i) })).length',
];

const sandbox = createNodeSandbox({ silence: 2_000, loading: 60_000, reading: 2_000, threads: 2 });
afterEach(() => sandbox.dispose());

test('outcomes come in order, each as soon as it is known, and again after the thread was returned', async () => {
  const heard: unknown[] = [];
  expect(await sandbox.score(good, inputs(4), (outcome) => void heard.push(outcome))).toEqual(
    [0, 1, 2, 3].map((reward) => ({ reward })),
  );
  expect(heard).toHaveLength(4);
  sandbox.dispose();
  expect(await sandbox.score(good, inputs(1))).toEqual([{ reward: 0 }]);
});

test('a built-in function without end is terminated; calls before and after it have outcomes, and this thread stays responsive', async () => {
  const source = `function reward({ step }) { return step === 2 ? ${native} : step; }`;
  let turns = 0;
  const turning = setInterval(() => turns++, 50);
  const outcomes = await sandbox.score(source, inputs(4));
  clearInterval(turning);
  expect(outcomes).toEqual([
    { reward: 0 },
    { reward: 1 },
    { failure: expect.objectContaining({ kind: 'timeout', message: expect.stringContaining('by force') }) },
    { reward: 3 },
  ]);
  expect(turns).toBeGreaterThan(8);
});

test('every built-in function without end is terminated', async () => {
  const brief = createNodeSandbox({ silence: 700, loading: 60_000, reading: 2_000, threads: natives.length });
  const source = `const calls = [${natives.map((call) => `() => ${call}`).join(', ')}];\nfunction reward({ step }) { return calls[step](); }`;
  const outcomes = await brief.score(source, inputs(natives.length));
  brief.dispose();
  const forced = {
    failure: expect.objectContaining({ kind: 'timeout', message: expect.stringContaining('by force') }),
  };
  expect(outcomes).toEqual(natives.map(() => forced));
});

test('a batch of endless calls is given up after a few threads, and the next batch works', async () => {
  const start = performance.now();
  const outcomes = await sandbox.score(`function reward() { return ${native}; }`, inputs(8));
  expect(outcomes.map((outcome) => 'failure' in outcome && outcome.failure.message.split(' ')[0])).toEqual([
    'ended',
    'ended',
    ...Array.from({ length: 6 }, () => 'not'),
  ]);
  expect(performance.now() - start).toBeLessThan(20_000);
  expect(await sandbox.score(good, inputs(1))).toEqual([{ reward: 0 }]);
});

test('failures inside the sandbox cross unchanged', async () => {
  const patient = createNodeSandbox();
  const outcomes = await patient.score('function reward() {\n  while (true);\n}', inputs(1));
  patient.dispose();
  expect(outcomes).toEqual([{ failure: expect.objectContaining({ kind: 'timeout', line: 2 }) }]);
});

test('a sandbox that cannot start gives an error', async () => {
  const dead: Port = { post: () => {}, listen: () => {}, gone: Promise.resolve('the thread died'), close: () => {} };
  await expect(new GuardedSandbox(() => dead).score(good, inputs(1))).rejects.toThrow(
    'the sandbox for reward terms could not be started: the thread died',
  );
});

test('a sandbox that never answers is given up', async () => {
  const { port1, port2 } = new MessageChannel();
  const sandbox = new GuardedSandbox(() => channelPort(port1), {
    silence: 100,
    loading: 100,
    reading: 100,
    threads: 1,
  });
  await expect(sandbox.score(good, inputs(1))).rejects.toThrow('could not be started: it did not load within 0.1 s');
  port2.close();
});
