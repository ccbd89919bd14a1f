/**
 * @file The public entry, for all objectives: masks, padding, and inputs at the edges.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective, type ObjectiveResult } from './evaluateObjective.ts';
import type { ObjectiveInput } from './objectiveInput.ts';
import { algorithms } from '../papers/index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const full = {
  logp: [
    [-1, -2, -0.5],
    [-0.3, -0.7, -1.1],
  ],
  oldLogp: [
    [-1.2, -1.5, -0.5],
    [-0.4, -0.6, -1],
  ],
  refLogp: [
    [-1, -1, -1],
    [-1, -1, -1],
  ],
  samplerLogp: [
    [-1.2, -1.5, -0.5],
    [-0.4, -0.6, -1],
  ],
  entropy: [
    [1, 2, 0.5],
    [0.2, 0.1, 1],
  ],
  values: [
    [0, 0, 0],
    [0, 0, 0],
  ],
  oldValues: [
    [0, 0, 0],
    [0, 0, 0],
  ],
  returns: [
    [1, 1, 1],
    [0, 0, 0],
  ],
  mask: [
    [1, 1, 1],
    [1, 1, 1],
  ],
  advantages: [
    [0.7, 0.7, 0.7],
    [-0.7, -0.7, -0.7],
  ],
  rewards: [1, 0],
  expert: [0, 1],
} satisfies ObjectiveInput;
/** Objectives of whole distributions need more than this batch has; imitation.test.ts gives them. */
const ids = algorithms.filter(({ text }) => !text.includes('logDistribution')).map(({ id }) => id);
const evaluate = (id: string, changes: Readonly<Record<string, unknown>> = {}, precision?: 'float32') =>
  evaluateObjective(runtime, id, { ...full, ...changes } as ObjectiveInput, precision);

const numbers = ({ loss, grad, metrics }: ObjectiveResult): number[] => [
  loss,
  ...grad.flat(),
  ...Object.values(metrics),
];
const isZero = (rows: readonly (readonly number[])[]): boolean => rows.flat().every((x) => x === 0);

describe.each(ids)('%s', (id) => {
  test('everything masked: loss 0 and no gradient, whatever stands there', async () => {
    const { loss, grad } = await evaluate(id, {
      mask: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      logp: [
        [NaN, -Infinity, 5],
        [0, 0, 0],
      ],
      advantages: [
        [NaN, 0, 0],
        [0, 0, 0],
      ],
    });
    expect(loss).toBe(0);
    expect(isZero(grad)).toBe(true);
  });

  test('masked tokens change nothing and have no gradient; columns of padding change nothing', async () => {
    const mask = [
      [1, 1, 0],
      [1, 1, 1],
    ];
    const plain = await evaluate(id, { mask });
    expect(plain.grad[0]?.[2]).toBe(0);
    expect(
      await evaluate(id, { mask, logp: [[-1, -2, 40], full.logp[1]], oldLogp: [[-1.2, -1.5, NaN], full.oldLogp[1]] }),
    ).toEqual(plain);
    const wider = (rows: readonly (readonly number[])[]) => rows.map((row) => [...row, 9, 9]);
    const arrays = Object.fromEntries(
      Object.entries({ ...full, mask }).map(([name, rows]) => [
        name,
        Array.isArray(rows[0]) ? wider(rows as number[][]) : rows,
      ]),
    );
    const padded = await evaluate(id, {
      ...arrays,
      mask: mask.map((row) => [...row, 0, 0]),
      settings: { max_completion_length: 3 },
    });
    expect(padded.loss).toBeCloseTo(plain.loss, 7);
    expect(padded.grad.map((row) => row.slice(0, 3))).toEqual(
      plain.grad.map((row) => row.map((g) => expect.closeTo(g, 7))),
    );
  });

  test.each([
    ['a log-probability of minus infinity', { logp: [[-Infinity, -2, -0.5], full.logp[1]] }],
    ['one that the sampler held impossible', { oldLogp: [[-Infinity, -1.5, -0.5], full.oldLogp[1]] }],
    [
      'one that the base holds impossible',
      {
        refLogp: [
          [-1, -1, -1],
          [-Infinity, -1, -1],
        ],
      },
    ],
    [
      'a ratio beyond any number',
      {
        oldLogp: [
          [-5000, -1.5, -0.5],
          [-5000, -0.6, -1],
        ],
      },
    ],
    ['equal rewards', { rewards: [1, 1], advantages: [0, 0] }],
    [
      'an empty completion',
      {
        mask: [
          [1, 1, 1],
          [0, 0, 0],
        ],
      },
    ],
    ['a completion without a reward', { rewards: [1, null] }],
  ])('%s ends in numbers, or in an error that says where', async (_, changes) => {
    for (const precision of [undefined, 'float32'] as const) {
      const result = await evaluate(id, changes, precision).catch((error: Error) => error);
      if (result instanceof Error) expect(result.message).toMatch(/^logp.*beyond the range of float(32|64)/);
      else expect(numbers(result).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the input', () => {
  test('one token and a group of one: no advantage, no loss, no NaN', async () => {
    const { loss, grad } = await evaluateObjective(runtime, 'grpo', { logp: [[-1]], oldLogp: [[-1]], rewards: [5] });
    expect([loss, grad]).toEqual([0, [[0]]]);
  });

  test('completions without any token', async () => {
    expect(await evaluateObjective(runtime, 'sft', { logp: [[], []] })).toMatchObject({ loss: 0, grad: [[], []] });
  });

  test('advantages are made from rewards group by group; a reward that is missing is left out and counted', async () => {
    const given = { logp: [[-1], [-1], [-1], [-1]], oldLogp: [[-1], [-1], [-1], [-1]] };
    const { grad, metrics } = await evaluateObjective(runtime, 'grpo', {
      ...given,
      rewards: [1, 0, null, 5],
      settings: { num_generations: 2 },
    });
    const advantage = 0.5 / (Math.SQRT1_2 + 1e-4);
    expect(grad.flat()).toEqual([expect.closeTo(-advantage / 3, 7), expect.closeTo(advantage / 3, 7), 0, 0]);
    expect(metrics).toMatchObject({ 'rewards/excluded': 1, num_tokens: 3 });
  });

  test.each<[string, string, Parameters<typeof evaluate>[1], RegExp]>([
    [
      'a ragged row',
      'grpo',
      {
        oldLogp: [
          [-1, -1],
          [-1, -1, -1],
        ],
      },
      /^oldLogp\[0\]: 2 numbers where logp\[0\] has 3$/,
    ],
    ['too few rows', 'grpo', { advantages: [[1, 1, 1]] }, /^advantages: 1 rows where logp has 2$/],
    [
      'a policy that is not a number',
      'grpo',
      {
        logp: [
          [-1, -1, -1],
          [-1, NaN, -1],
        ],
      },
      /^logp\[1\]\[1\]: not a number$/,
    ],
    [
      'null in a JSON file',
      'grpo',
      {
        logp: [
          [-1, -1, null],
          [-1, -1, -1],
        ],
      },
      /^logp\[0\]\[2\]: not a number$/,
    ],
    [
      'a mask between 0 and 1',
      'grpo',
      {
        mask: [
          [1, 0.5, 1],
          [1, 1, 1],
        ],
      },
      /^mask\[0\]\[1\]: 0 or 1 is needed, not 0.5$/,
    ],
    [
      'an endless advantage',
      'grpo',
      {
        advantages: [
          [1, 1, Infinity],
          [1, 1, 1],
        ],
      },
      /^advantages\[0\]\[2\]: Infinity is not a finite number$/,
    ],
    [
      'a word',
      'grpo',
      {
        advantages: [
          [1, 'x', 1],
          [1, 1, 1],
        ],
      },
      /^advantages\[0\]\[1\]: a number is needed, not "x"$/,
    ],
    [
      'a word that every object knows',
      'grpo',
      {
        advantages: [
          [1, 'constructor', 1],
          [1, 1, 1],
        ],
      },
      /^advantages\[0\]\[1\]: a number is needed, not "constructor"$/,
    ],
    ['no array', 'grpo', { logp: 3 }, /^logp: rows of numbers/],
    ['a misspelt field', 'grpo', { advantage: [1, 1] }, /advantage/],
    ['a missing field', 'dpo', { refLogp: undefined }, /^refLogp: dpo reads it, and it is missing$/],
    [
      'an unknown setting',
      'dpo',
      { settings: { betta: 1 } },
      /^settings.betta: dpo has no such setting; it has beta, label_smoothing/,
    ],
    ['a setting out of range', 'dpo', { settings: { beta: -1 } }, /^settings.beta: 0.001 to 100 is allowed, not -1$/],
    [
      'a group that does not fit',
      'grpo',
      { advantages: undefined, settings: { num_generations: 3 } },
      /^settings.num_generations: 2 rows do not make whole groups of 3$/,
    ],
    ['an unknown name', 'ggrpo', {}, /^name: there is no objective "ggrpo"; choose one of grpo, /],
    ['one side of the pairs', 'dpo', { chosen: [1, 0] }, /^rejected: is needed too$/],
  ])('%s is refused by field and place', async (_, id, changes, message) => {
    await expect(evaluate(id, changes)).rejects.toThrow(message);
  });

  test('a name may be written as TRL writes it', async () => {
    expect(await evaluate('apo_zero')).toEqual(await evaluate('apoZero'));
  });
});
