import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { present } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { writeSafetensors } from '../../policy/safetensors.ts';
import { defaultConfig } from '../../rl/config/config.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import { tasks } from '../../tasks/index.ts';
import { fakeEvaluation, fakeKeptRun, fakeStep } from '../fixture/fakeRun.ts';
import { withEvaluation, withStep } from '../stores/history.ts';
import { peftFolder } from '../../exporters/index.ts';
import { adapterLayout } from '../../policy/lora.ts';
import { toCsv, toJsonLines } from './metricFiles.ts';
import { adapterOf } from './runAdapter.ts';
import { decodeRun, encodeRun, RunFileError, type WholeRun } from './runFile.ts';
import { adamState, movedPolicy, policyOf } from '../../../testing/slots.ts';

const task = present(tasks[0], 'a task');
const rows = Array.from({ length: 5 }, (_, index) =>
  fakeStep({ ...defaultConfig, promptsPerStep: 2 }, task, index + 1),
).reduce(withStep, withEvaluation([], fakeEvaluation(defaultConfig, task, 0)));

function snapshot(step: number): RunSnapshot {
  const stream = random(step, 'file');
  const vector = () => Float32Array.from({ length: 64 }, () => stream.normal());
  return {
    config: defaultConfig,
    policyHash: 'hash',
    step,
    tokens: 9,
    memory: { beta: 0.1 },
    state: adamState(vector(), vector(), vector(), step),
  };
}

const whole: WholeRun = {
  run: { ...fakeKeptRun(defaultConfig), steps: 5 },
  rows,
  snapshots: [snapshot(2), snapshot(5)],
};

describe('metric files', () => {
  it('hold every number of every step under TRL’s names; unmeasured numbers are absent', () => {
    const lines = toJsonLines(rows)
      .trim()
      .split('\n')
      .map((line): Record<string, number> => JSON.parse(line));
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatchObject({ step: 0, eval_accuracy: rows[0]?.values['eval/sampled'] });
    expect(lines[0]).not.toHaveProperty('reward');
    for (const name of [
      'reward',
      'reward_std',
      'frac_reward_zero_std',
      'entropy',
      'kl',
      'grad_norm',
      'completions/mean_length',
      'clip_ratio/region_mean',
      'step_time',
    ]) {
      expect(lines[3]).toHaveProperty([name]);
    }
    const [header = '', ...table] = toCsv(rows).trim().split('\r\n');
    const names = header.split(',');
    expect(table).toHaveLength(6);
    expect(table[3]?.split(',')[names.indexOf('reward')]).toBe(String(lines[3]?.reward));
    expect(table[0]?.split(',')[names.indexOf('reward')]).toBe('');
  });

  it('escape names that a spreadsheet would take for a formula, and keep numbers unchanged', () => {
    const names = ['=HYPERLINK("http://a.example")', '+1', '-1', '@a', '\tb', '\rc', 'd'];
    const [header = '', numbers] = toCsv([
      { step: 1, values: Object.fromEntries(names.map((name) => [name, -0.5])), ranges: {} },
    ]).split('\r\n');
    expect(header).toBe(`step,"'=HYPERLINK(""http://a.example"")",'+1,'-1,'@a,'\tb,"'\rc",d`);
    expect(numbers).toBe('1,-0.5,-0.5,-0.5,-0.5,-0.5,-0.5,-0.5');
    expect(
      toCsv([
        { step: 1, values: { constructor: 2 } as never, ranges: {} },
        { step: 2, values: {}, ranges: {} },
      ]),
    ).toBe('step,constructor\r\n1,2\r\n2,\r\n');
  });

  it('quote names that would break a line', () => {
    expect(toCsv([{ step: 1, values: { 'a,"b"': 1 }, ranges: {} }])).toBe('step,"a,""b"""\r\n1,1\r\n');
  });
});

describe('the adapter of a run', () => {
  const shape = { vocabSize: 9, dim: 8, layers: 1, heads: 2, kvHeads: 2, hiddenDim: 8, maxSequence: 8 };
  const config = { ...shape, ropeTheta: 100, ropeInterleaved: false, normEps: 1e-5, tiedHead: true };
  const withManifest = (manifest: Record<string, unknown>) =>
    adapterOf({ ...whole, run: { ...whole.run, policy: { ...whole.run.policy, manifest } } });
  const nameIn = (manifest: Record<string, unknown>): unknown => {
    const adapter = withManifest(manifest);
    if (!adapter) throw new Error('no adapter');
    const { size } = adapterLayout(adapter.config, adapter.tuned.lora);
    const [settings] = peftFolder(
      adapter.config,
      { ...adapter.tuned, flat: new Float32Array(size) },
      adapter.origin,
      adapter.baseName,
    );
    return JSON.parse(new TextDecoder().decode(settings?.content as Uint8Array)).base_model_name_or_path;
  };

  it('names a base of the hub by its id, and one of this project by the folder of its export', () => {
    expect(nameIn({ config })).toBe(`rollout/${defaultConfig.policy}`);
    expect(nameIn({ config, hub: { name: 'HuggingFaceTB/SmolLM2-135M', architecture: 'llama' } })).toBe(
      'HuggingFaceTB/SmolLM2-135M',
    );
  });
});

describe('a run file', () => {
  const file = encodeRun(whole);

  it('restores the run: every number, every weight bit by bit', () => {
    expect(decodeRun(file)).toEqual(whole);
  });

  it('is refused with RunFileError only, in 2 000 changed files', () => {
    const end = Math.min(file.length, 12_000);
    const change = fc.record({
      place: fc.integer({ min: 0, max: end - 1 }),
      value: fc.integer({ min: 0, max: 255 }),
      cut: fc.option(fc.integer({ min: 0, max: file.length })),
      also: fc.array(fc.tuple(fc.integer({ min: 0, max: file.length - 1 }), fc.integer({ min: 0, max: 255 })), {
        maxLength: 8,
      }),
    });
    let refused = 0;
    fc.assert(
      fc.property(change, ({ place, value, cut, also }) => {
        const changed = file.slice(0, cut ?? file.length);
        for (const [at, byte] of [[place, value] as const, ...also]) if (at < changed.length) changed[at] = byte;
        try {
          // Bytes outside the checked parts change nothing.
          expect(decodeRun(changed)).toEqual(whole);
        } catch (error) {
          if (!(error instanceof RunFileError)) throw error;
          expect(error.message).toMatch(/\w{2,}/);
          refused++;
        }
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(1500);
  });

  it('that is well formed but inconsistent is refused', () => {
    const lies: readonly [Partial<WholeRun>, RegExp][] = [
      [{ run: { ...whole.run, steps: 3 } }, /out of order/],
      [{ rows: rows.toReversed() }, /out of order/],
      [{ run: { ...whole.run, config: { ...defaultConfig, learningRate: 9 } } }, /learning_rate: at most/],
      [
        { snapshots: [{ ...snapshot(2), state: movedPolicy(snapshot(2).state, () => Number.NaN) }] },
        /checkpoint 1 is not whole/,
      ],
      [
        {
          snapshots: [
            { ...snapshot(2), state: { policy: { ...policyOf(snapshot(2).state), parameters: new Float32Array(3) } } },
          ],
        },
        /do not fit together/,
      ],
    ];
    const [first] = rows;
    for (const name of [
      '=HYPERLINK("http://a.example")',
      'constructor',
      'toString',
      'step',
      ' ',
      'Reward',
      'a,b',
      'a\nb',
    ]) {
      for (const [part, value] of [
        ['values', 1],
        ['thin', 1],
        ['ranges', [0, 1]],
      ] as const) {
        expect(() =>
          decodeRun(encodeRun({ ...whole, rows: [{ ...present(first, 'a row'), [part]: { [name]: value } }] })),
        ).toThrow(new RegExp(`rows\\.0\\.${part}\\..*a metric is named in small letters`, 's'));
      }
    }
    const inherited = JSON.parse('{"__proto__": {"step": 9}}') as Record<string, number>;
    expect(
      Object.keys(
        present(
          decodeRun(encodeRun({ ...whole, rows: [{ ...present(first, 'a row'), values: inherited }] })).rows[0],
          'a row',
        ).values,
      ),
    ).toEqual([]);
    expect(() => decodeRun(encodeRun({ ...whole, run: { ...whole.run, backend: 'constructor' as never } }))).toThrow(
      /backend/,
    );
    for (const [lie, words] of lies) expect(() => decodeRun(encodeRun({ ...whole, ...lie }))).toThrow(words);
    expect(() => decodeRun(writeSafetensors({ tensors: new Map(), metadata: {} }))).toThrow(/no run of this page/);
    expect(() => decodeRun(new TextEncoder().encode('hello'))).toThrow(RunFileError);
    expect(() => decodeRun(new TextEncoder().encode('step,reward\n1,0.5\n'))).toThrow(
      /another kind of file; this page saves a run under a name that ends in \.rollout/,
    );
  });
});
