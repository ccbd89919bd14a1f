import { beforeEach, describe, expect, test } from 'vitest';
import {
  type FailureKind,
  failureSentence,
  type RewardInput,
  type RewardOutcome,
  sandboxLimits,
} from './rewardFunction.ts';
import { QuickJsSandbox } from './sandbox.ts';

const input: RewardInput = {
  prompt: '1+2=',
  completion: '[3]3',
  answer: '3',
  correct: true,
  wellFormed: true,
  method: 'worked',
  length: 5,
  step: 7,
};
const inputs = (count: number) => Array.from({ length: count }, (_, step) => ({ ...input, step }));

/** Clock limits that a slow machine does not reach; a test of its own covers the clock. */
const unhurried = { ...sandboxLimits, callMilliseconds: 60_000, batchMilliseconds: 120_000 };
let sandbox: QuickJsSandbox;
beforeEach(() => {
  sandbox = new QuickJsSandbox(unhurried);
});

async function outcomeOf(source: string): Promise<RewardOutcome> {
  const [outcome] = await sandbox.score(source, [input]);
  if (!outcome) throw new Error('no outcome');
  return outcome;
}

async function failureOf(source: string) {
  const outcome = await outcomeOf(source);
  if ('reward' in outcome) throw new Error(`it gave ${outcome.reward}`);
  return outcome.failure;
}

const good = 'function reward({ completion }) { return completion.length; }';

describe('a good function', () => {
  test('sees every field of its argument and nothing else', async () => {
    const source = `function reward(input) {
      return input.prompt === '1+2=' && input.completion === '[3]3' && input.answer === '3' && input.correct === true
        && input.wellFormed === true
        && input.method === 'worked' && input.length === 5
        && input.step === 7 && Object.keys(input).length === 8 && arguments.length === 1 ? 0.25 : -1;
    }`;
    expect(await outcomeOf(source)).toEqual({ reward: 0.25 });
  });

  test.each([
    ['const reward = ({ length }) => -length;', -5],
    ['var reward = function ({ step }) { return step; };', 7],
    [
      'function digits(text) { return text.replace(/[^0-9]/g, "").length; }\nfunction reward({ completion }) { return digits(completion); }',
      2,
    ],
  ])('%s', async (source, reward) => {
    expect(await outcomeOf(source)).toEqual({ reward });
  });

  test('has one outcome per input, in order, each reported as soon as it is known', async () => {
    const reported: RewardOutcome[] = [];
    const outcomes = await sandbox.score(
      'function reward({ step }) { return step; }',
      inputs(5),
      (outcome) => void reported.push(outcome),
    );
    expect(outcomes).toEqual([0, 1, 2, 3, 4].map((reward) => ({ reward })));
    expect(reported).toEqual(outcomes);
  });

  test('may run for some hundred thousand steps', async () => {
    expect(
      await outcomeOf('function reward() { let sum = 0; for (let i = 0; i < 300000; i++) sum += 1; return sum; }'),
    ).toEqual({ reward: 300000 });
  });
});

/** Hostile sources, each with the kind, the line and words of the message of its failure. */
const hostile: readonly [name: string, kind: FailureKind, line: number | null, words: RegExp, source: string][] = [
  ['endless loop', 'timeout', 3, /never end/, 'function reward() {\n  let i = 0;\n  while (true) i++;\n}'],
  [
    'endless loop after a short one',
    'timeout',
    3,
    /never end/,
    'function reward() {\n  for (let i = 0; i < 3; i++);\n  do {} while (true);\n}',
  ],
  [
    'endless loop that cannot be left by catching',
    'timeout',
    2,
    /never end/,
    'function reward() {\n  while (true) { try { while (true); } catch {} finally { continue; } }\n}',
  ],
  ['endless loop while it is defined', 'timeout', 1, /never end/, `for (;;);\n${good}`],
  [
    'endless loop in a getter of its result',
    'result',
    null,
    /an object/,
    'function reward() { return { get valueOf() { for (;;); } }; }',
  ],
  [
    'endless loop while its error is read',
    'timeout',
    1,
    /never end/,
    'function reward() { throw { get message() { for (;;); } }; }',
  ],
  [
    'exponential recursion',
    'timeout',
    1,
    /never end/,
    'function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }\nfunction reward() { return fib(60); }',
  ],
  ['deep recursion', 'stack', 1, /deeply/, 'function reward(input) { return 1 + reward(input); }'],
  [
    'recursion through a built-in function',
    'stack',
    2,
    /deeply/,
    'const again = () =>\n  [1, 2].map(again);\nfunction reward() { return again(); }',
  ],
  [
    'recursion in its result',
    'result',
    null,
    /an object/,
    'function reward() { const loop = { toString: () => `${loop}` }; return loop; }',
  ],
  ['parentheses without end', 'stack', null, /deeply/, 'function reward() { return eval("(".repeat(200000)); }'],
  ['lists without end', 'throws', 1, /stack overflow/, 'function reward() { return JSON.parse("[".repeat(100000)); }'],
  [
    'memory bomb',
    'memory',
    3,
    /16 MB/,
    'function reward() {\n  const list = [];\n  for (;;) list.push({ a: [1] });\n}',
  ],
  ['memory bomb that leaves no room for its own error', 'memory', 1, /16 MB/, 'let a = []; for (;;) a = [a];'],
  ['string bomb', 'memory', 3, /16 MB/, 'function reward() {\n  let text = "x";\n  for (;;) text += text;\n}'],
  ['string bomb at once', 'memory', 1, /16 MB/, 'function reward() { return "x".repeat(2 ** 29); }'],
  ['array bomb', 'memory', 1, /16 MB/, 'function reward() { return new Array(1e8).fill(0).length; }'],
  ['typed array bomb', 'memory', 1, /16 MB/, 'function reward() { return new Float64Array(1e8).length; }'],
  [
    'catastrophic regular expression',
    'timeout',
    1,
    /never end/,
    'function reward() { return Number(/^(a+)+$/.test("a".repeat(40) + "!")); }',
  ],
  ['fetch', 'throws', 2, /'?fetch'? is not defined/, 'function reward() {\n  return fetch("https://example.org");\n}'],
  ['XMLHttpRequest', 'throws', 1, /not defined/, 'function reward() { return new XMLHttpRequest(); }'],
  ['WebSocket', 'throws', 1, /not defined/, 'function reward() { return new WebSocket("wss://example.org"); }'],
  ['dynamic import', 'result', null, /a promise/, 'function reward() { return import("https://example.org/a.js"); }'],
  ['static import', 'syntax', 1, /SyntaxError/, 'import "https://example.org/a.js";\nfunction reward() { return 1; }'],
  ['require', 'throws', 1, /not defined/, 'function reward() { return require("fs"); }'],
  ['process', 'throws', 1, /not defined/, 'function reward() { return process.pid; }'],
  ['self', 'throws', 1, /not defined/, 'function reward() { return self.location; }'],
  [
    'postMessage',
    'throws',
    1,
    /not defined/,
    'function reward() { const send = postMessage; send({ type: "event" }); return 1; }',
  ],
  ['document', 'throws', 1, /not defined/, 'function reward() { return document.title.length; }'],
  [
    'the constructor of functions',
    'throws',
    1,
    /'?process'? is not defined/,
    'function reward() { return reward.constructor.constructor("return process")(); }',
  ],
  ['the clock', 'throws', 1, /not defined/, 'function reward() { return Date.now(); }'],
  ['chance', 'throws', 1, /function of its seed/, 'function reward() { return Math.random(); }'],
  ['async', 'result', null, /without async/, 'async function reward() { return 1; }'],
  ['a generator', 'result', null, /an object/, 'function* reward() { yield 1; }'],
  ['syntax error', 'syntax', 2, /SyntaxError/, 'function reward() {\n  return 1 +;\n}'],
  [
    'error',
    'throws',
    2,
    /TypeError: cannot read property 'length' of null/,
    'function reward() {\n  return null.length;\n}',
  ],
  ['thrown null', 'throws', 2, /threw null/, 'function reward() {\n  throw null;\n}'],
  ['thrown undefined', 'throws', 3, /undefined/, 'function reward() {\n  if (true)\n    throw undefined\n}'],
  ['thrown text', 'throws', 1, /threw no digits/, 'function reward() { throw "no digits"; }'],
  [
    'thrown object with a hostile toString',
    'throws',
    1,
    /cannot be read/,
    'function reward() { throw { name: "E", message: { toString() { throw 1; } } }; }',
  ],
  ['thrown Proxy', 'throws', 1, /cannot be read/, 'function reward() { throw new Proxy({}, { get() { throw 1; } }); }'],
  [
    'thrown error with a forged stack',
    'throws',
    1,
    /Error: x/,
    'function reward() { const e = new Error("x"); e.stack = { toString: () => "" }; throw e; }',
  ],
  ['NaN', 'result', null, /NaN/, 'function reward() { return 0 / 0; }'],
  ['infinity', 'result', null, /Infinity/, 'function reward() { return 1 / 0; }'],
  ['huge', 'result', null, /1e\+300.*1,000,000/, 'function reward() { return 1e300; }'],
  ['text', 'result', null, /the text "1"/, 'function reward() { return "1"; }'],
  ['boolean', 'result', null, /a boolean/, 'function reward({ correct }) { return correct; }'],
  ['BigInt', 'result', null, /a bigint/, 'function reward() { return 1n; }'],
  ['Proxy', 'result', null, /an object/, 'function reward() { return new Proxy({}, { get() { for (;;); } }); }'],
  [
    'revoked Proxy',
    'throws',
    1,
    /TypeError/,
    'function reward() { const { proxy, revoke } = Proxy.revocable([], {}); revoke(); return proxy; }',
  ],
  ['array', 'result', null, /an array/, 'function reward() { return [1]; }'],
  ['a number object', 'result', null, /an object/, 'function reward() { return new Number(1); }'],
  ['nothing', 'result', null, /does every path end in return/, 'function reward() {}'],
  ['no function', 'result', null, /no function named reward/, 'const score = 1;'],
  ['a value named reward', 'result', null, /no function named reward/, 'const reward = 1;'],
  ['nothing at all', 'result', null, /no function named reward/, ''],
  ['too long a text', 'syntax', null, /8000/, `//${'x'.repeat(sandboxLimits.sourceLength)}\n${good}`],
];

describe('a hostile function is stopped with a message, and a good one works afterwards', () => {
  test.each(hostile)('%s', async (_, kind, line, words, source) => {
    const start = performance.now();
    const failure = await failureOf(source);
    expect(failure).toMatchObject({ kind, line });
    expect(failure.message).toMatch(words);
    expect(await outcomeOf(good)).toEqual({ reward: 4 });
    expect(performance.now() - start).toBeLessThan(25_000);
  });
});

describe('no state passes from one call to the next', () => {
  test.each([
    ['globals', 'globalThis.seen ??= 0;\nfunction reward() { return ++globalThis.seen; }'],
    ['variables', 'let seen = 0;\nfunction reward() { return ++seen; }'],
    ['prototypes', 'function reward() { Object.prototype.seen = (Object.prototype.seen ?? 0) + 1; return ({}).seen; }'],
    [
      'built-in functions',
      'function reward() { const was = JSON.parse; JSON.parse = () => ({ completion: "" }); return was === JSON.parse ? 0 : 1; }',
    ],
    [
      'its own argument',
      'function reward(input) { const { length } = input.completion; input.completion = ""; return length - 3; }',
    ],
  ])('%s', async (_, source) => {
    expect(await sandbox.score(source, inputs(3))).toEqual([{ reward: 1 }, { reward: 1 }, { reward: 1 }]);
  });

  test('replaced built-in functions do not change how results and errors are read', async () => {
    const spoil =
      'String.prototype.slice = Function.prototype.call = () => 0;\nJSON.parse = String = Array.isArray = () => { for (;;); };';
    expect(await outcomeOf(`${spoil}\nfunction reward({ length }) { return length; }`)).toEqual({ reward: 5 });
    expect(await failureOf(`${spoil}\nfunction reward() { throw new Error("told"); }`)).toMatchObject({
      kind: 'throws',
      line: 3,
      message: 'Error: told',
    });
  });

  test('a changed prototype does not reach the host', async () => {
    await outcomeOf(
      'Object.prototype.polluted = 1; globalThis.constructor.prototype.polluted = 1;\nfunction reward() { return 1; }',
    );
    expect('polluted' in {}).toBe(false);
  });
});

describe('the limit of one batch', () => {
  test('once reached, the remaining inputs are not called', async () => {
    const start = performance.now();
    const outcomes = await sandbox.score('function reward() { for (;;); }', inputs(64));
    expect(performance.now() - start).toBeLessThan(25_000);
    expect(outcomes).toHaveLength(64);
    const messages = outcomes.map((outcome) => ('failure' in outcome ? outcome.failure.message : ''));
    expect(messages[0]).toMatch(/1,000,000 steps in one call/);
    expect(messages.at(-1)).toMatch(/not called: stopped after 20,000,000 steps in one batch/);
  });

  test('is counted in steps: the same sources stop at the same call every time', async () => {
    const source = 'function reward({ step }) { for (let i = 0; i < step * 65000; i++); return 1; }';
    const kinds = (outcomes: readonly RewardOutcome[]) =>
      outcomes.map((outcome) => ('reward' in outcome ? 'reward' : outcome.failure.kind));
    const first = kinds(await sandbox.score(source, inputs(12)));
    expect(first).toEqual([
      ...Array.from({ length: 8 }, () => 'reward'),
      ...Array.from({ length: 4 }, () => 'timeout'),
    ]);
    expect(kinds(await new QuickJsSandbox(unhurried).score(source, inputs(12)))).toEqual(first);
  });

  test('applies to the clock too, for few slow steps', async () => {
    const slow = new QuickJsSandbox({ ...sandboxLimits, callMilliseconds: 30, callSteps: 1e12, batchSteps: 1e12 });
    const [outcome] = await slow.score('function reward() {\n  for (;;);\n}', [input]);
    expect(outcome).toMatchObject({
      failure: { kind: 'timeout', line: 2, message: 'stopped after 0.03 s in one call' },
    });
  });
});

test('a failure reads as a sentence', async () => {
  expect(failureSentence(await failureOf('function reward() {\n  return x;\n}'))).toMatch(
    /^line 2: ReferenceError: '?x'? is not defined$/,
  );
  expect(failureSentence(await failureOf(''))).toMatch(/^no function/);
});
