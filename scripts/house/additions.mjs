/**
 * @file One more task, objective, metric, term and operator, each as the smallest change that works: `npm run house --
 * --additions` plants them in copies of the code and reports which existing files they touch and which checks fail.
 */

/**
 * @typedef {object} Addition
 * @property {string} name
 * @property {Readonly<Record<string, string>>} files new files, by path
 * @property {readonly {readonly file: string; readonly before: string; readonly text: string}[]} edits text put before
 *   the first place in an existing file where `before` stands
 * @property {readonly string[]} shown what `npm run docs` must then name somewhere under docs/
 * @property {readonly string[]} tests files or folders of tests that must still pass
 */

const parity = `/** @file Whether a row of digits holds an odd number of ones. */
import { assert } from '../lib/assert.ts';
import { answerTerm } from './rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import type { Difficulty, Example, Task } from './task.ts';

const difficulty: Difficulty = {
  label: 'Digits',
  unit: 'digits',
  min: 6,
  max: 12,
  default: 8,
  summary: 'How many digits a row has.',
};

const exampleOf = (bits: string): Example => ({
  prompt: \`\${bits}?\`,
  answer: [...bits].filter((bit) => bit === '1').length % 2 === 1 ? 'y' : 'n',
  canonical: bits,
  difficulty: bits.length,
});

export const parity: Task = {
  id: 'parity',
  title: 'Parity',
  summary: 'Says whether the number of ones is odd: y or n.',
  difficulty,
  problems: 256,
  chance: 0.5,
  methods: [{ id: 'direct', label: 'Direct', summary: 'The answer alone.' }],
  rewardTerms: [answerTerm],
  defaultMix: { methods: { direct: 1 } },
  lengths(count) {
    assertDifficulty('parity', difficulty, count);
    return { prompt: count + 1, completion: 1 };
  },
  example(random, split, count) {
    assertDifficulty('parity', difficulty, count);
    return drawFromSplit('parity', split, () =>
      exampleOf(Array.from({ length: count }, () => random.integer(0, 1)).join('')),
    );
  },
  read: (prompt) => (/^[01]{6,12}\\?$/.test(prompt) ? exampleOf(prompt.slice(0, -1)) : null),
  verify: ({ answer }, completion) => {
    const wellFormed = completion === 'y' || completion === 'n';
    const parsed = wellFormed ? completion : null;
    return { correct: completion === answer, wellFormed, method: wellFormed ? 'direct' : null, parsed };
  },
  demonstration(_random, { answer }, method, wrong) {
    assert(method === 'direct', \`method: there is no "\${method}"; choose one of direct\`);
    return wrong === (answer === 'y') ? 'n' : 'y';
  },
};
`;

const doubled = `/** @file REINFORCE with twice the step, planted to see what one more objective costs. */
import { variant } from '../formula/paper.ts';
import { reinforce } from './reinforce.ts';

export const doubled = variant(reinforce, {
  id: 'doubled',
  title: 'Doubled REINFORCE',
  summary: 'Every push counts twice.',
  formula: 'J = E[2 R log π(y)]',
  trl: { none: 'TRL has no such loss' },
  verl: { none: 'verl has no such loss' },
  text: '-2 * A * logp',
});
`;

const metric = `  'completions/median_length': {
    label: 'Median length',
    unit: 'tokens',
    formula: 'median tokens up to and including the end',
    summary: 'Half of the completions are no longer than this.',
    chart: { id: 'median', color: 'other' },
    of: ofLengths((lengths) => lengths.toSorted((a, b) => a - b)[lengths.length >> 1] ?? 0),
  },
`;

/** @type {readonly Addition[]} */
export const additions = [
  {
    name: 'task',
    files: { 'src/tasks/parity.ts': parity },
    edits: [
      { file: 'src/tasks/index.ts', before: 'import', text: "import { parity } from './parity.ts';\n" },
      { file: 'src/tasks/index.ts', before: '];', text: '  parity,\n' },
    ],
    shown: ['parity'],
    tests: ['src/tasks', 'cli/generate.test.ts', 'src/app/url.test.ts'],
  },
  {
    name: 'objective',
    files: { 'src/rl/papers/doubled.ts': doubled },
    edits: [
      { file: 'src/rl/papers/index.ts', before: 'import', text: "import { doubled } from './doubled.ts';\n" },
      { file: 'src/rl/papers/index.ts', before: 'sft, dft, chord', text: 'doubled, ' },
    ],
    shown: ['`doubled`, [arXiv'],
    tests: ['src/rl/papers', 'src/rl/oneBatch', 'src/rl/algorithm', 'src/app/url.test.ts'],
  },
  {
    name: 'metric',
    files: {},
    edits: [{ file: 'src/rl/metrics/lengths.ts', before: "  'completions/min_length'", text: metric }],
    shown: ['`completions/median_length`'],
    tests: ['src/rl/metrics', 'src/rl/step', 'src/app/chartSpecs.test.ts', 'cli/train.test.ts'],
  },
  {
    name: 'term of objectives',
    files: {},
    edits: [
      {
        file: 'src/rl/formula/names.ts',
        before: "  learnt('logp',",
        text: "  given('twoA', 'Twice the advantage.', ({ advantages }) => add(advantages, advantages)),\n",
      },
      { file: 'src/rl/formula/names.ts', before: 'exp, scalar, type Value', text: 'add, ' },
    ],
    shown: [],
    tests: ['src/rl/formula', 'src/rl/objectives'],
  },
  {
    name: 'operator',
    files: {},
    edits: [
      { file: 'src/engine/graph/value.ts', before: '  neg: object;', text: '  ceil: object;\n' },
      { file: 'src/engine/graph/elementwise.ts', before: "  | 'neg'", text: "  | 'ceil'\n" },
      {
        file: 'src/engine/graph/elementwise.ts',
        before: 'export const neg',
        text: "export const ceil = unary('ceil');\n",
      },
      { file: 'src/engine/autodiff/vjp.ts', before: '  neg: (_n, ct)', text: "  ceil: 'zero',\n" },
      { file: 'src/engine/onnx/emit.ts', before: "  neg: simple('Neg')", text: "  ceil: simple('Ceil'),\n" },
      { file: 'src/engine/plain/elementwise.ts', before: '  neg: (x)', text: '  ceil: Math.ceil,\n' },
      { file: 'testing/onnx/operators.ts', before: "  neg: unary('Neg'", text: "  ceil: unary('Ceil', g.ceil),\n" },
      {
        file: 'testing/engine/operatorSamples.ts',
        before: '  neg: [{',
        text: '  ceil: [{ shapes: [m], build: g.ceil, expected: each(Math.ceil), at: [[-1.5, -1, 0, 0.2, 1, 2.9]], gradient: [[0, 0, 0, 0, 0, 0]] }],\n',
      },
    ],
    shown: [],
    tests: ['src/engine', 'testing'],
  },
];
