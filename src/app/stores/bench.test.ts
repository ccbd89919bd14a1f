/** @file The bench: its columns, the trainer beside the run, and failures of one column or of all. */
import { describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../lib/assert.ts';
import { defaultConfig } from '../../rl/config/config.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { OneUpdate, UpdateQuery } from '../../rl/run/updateReport.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer } from '../fixture/fakeTrainer.ts';
import { createBench } from './bench.ts';
import { choicesOf, firstChoices, MOST_COLUMNS, ownChoices } from './benchChoices.ts';
import type { Library } from './library.ts';
import { createRunStore } from './runStore.ts';

vi.mock('react', () => ({}));

const config = { ...defaultConfig, promptsPerStep: 2, numGenerations: 4, evalEvery: 0 };

/** Notes the calls that bring it to a step, and refuses one algorithm. */
class Noting extends FakeTrainer {
  readonly calls: string[] = [];
  ended = false;

  override step() {
    this.calls.push('step');
    return super.step();
  }
  override restore(snapshot: RunSnapshot) {
    this.calls.push(`restore ${snapshot.step}`);
    return super.restore(snapshot);
  }
  override async oneUpdate(query: UpdateQuery): Promise<OneUpdate> {
    this.calls.push(query.config.algorithm);
    if (query.config.algorithm === 'sft') throw new UsageError('rollouts: sft imitates demonstrations');
    if (query.config.algorithm === 'raft') throw Object.assign(new Error('it died'), { code: 'worker-died' });
    return super.oneUpdate(query);
  }
}

/** A run of `steps` steps whose library has a snapshot of each step in `kept`, and a bench on its newest group. */
async function benchAfter(steps: number, kept: readonly number[] = []) {
  const made: Noting[] = [];
  const run = createRunStore(() => {
    const trainer = new Noting(tasks);
    made.push(trainer);
    return { trainer, listen: trainer.listen, terminate: () => void (trainer.ended = true) };
  });
  await run.open(config, { backend: 'wasm', workers: 1 });
  for (let step = 0; step < steps; step++) await run.step();
  const report = run.getState().reports.at(-1);
  const group = report?.groups[0];
  if (!report || !group) throw new Error('no group');
  const snapshotOf = (step: number) => ({ config, policyHash: '', step, tokens: 0, memory: {}, state: {} });
  const database = {
    async snapshot(_: string, atMost: number) {
      const step = kept.filter((one) => one <= atMost).at(-1);
      return step === undefined ? null : snapshotOf(step);
    },
  };
  const library = { read: async () => ({ database }) } as unknown as Pick<Library, 'read'>;
  const bench = createBench({ step: report.step - 1, group }, run, library);
  return { run, bench, made, calls: () => made[1]?.calls ?? [] };
}

const chosen = (...ids: string[]) => choicesOf(config, '').filter(({ choice }) => ids.includes(choice));

describe('choices', () => {
  it('begin with the run itself and the objective in the editor, and repeat neither', () => {
    const first = firstChoices(choicesOf(config, '-A * logp')).map(({ choice }) => choice);
    expect(first).toEqual([ownChoices.run, ownChoices.objective, 'drGrpo', 'rloo', 'dapo', 'gspo']);
    expect(first.length).toBeLessThanOrEqual(MOST_COLUMNS);
    const own = { ...config, objectiveText: '-A', aggregation: 'dapo' };
    const again = firstChoices(choicesOf(own, '-A'));
    expect(again.map(({ choice }) => choice)).toEqual([ownChoices.run, 'grpo', 'drGrpo', 'rloo', 'dapo', 'gspo']);
    expect(again[1]?.config).toEqual(config);
  });
});

describe('the bench', () => {
  it('brings another trainer to the step before the group from the newest snapshot, and leaves the run alone', async () => {
    const { run, bench, made, calls } = await benchAfter(5, [1, 2]);
    const before = run.getState();
    bench.start(chosen('drGrpo', 'rloo'));
    await bench.settled();
    expect(calls()).toEqual(['restore 2', 'step', 'step', 'drGrpo', 'rloo']);
    expect(made[0]?.calls).toEqual(Array<string>(5).fill('step'));
    expect(run.getState()).toEqual(before);
    const { columns, building, problem } = bench.getState();
    expect([building, problem]).toEqual([null, null]);
    expect(columns.map(({ update }) => update?.step)).toEqual([4, 4]);
    expect(made[1]?.ended).toBe(false);
    bench.end();
    await vi.waitFor(() => expect(made[1]?.ended).toBe(true));
  });

  it('a large model is not loaded a second time', async () => {
    const { run, bench, made } = await benchAfter(1);
    const { info } = run.getState();
    if (!info) throw new Error('no run');
    Object.assign(info, { policy: { ...info.policy, parameters: 135e6 } });
    bench.start(chosen('rloo'));
    await bench.settled();
    expect(bench.getState().problem).toContain('models of up to 5\u202fM parameters');
    expect(made).toHaveLength(1);
  });

  it('without a snapshot it trains from step 0', async () => {
    const { bench, calls } = await benchAfter(3);
    bench.start(chosen('rloo'));
    await bench.settled();
    expect(calls()).toEqual(['step', 'step', 'rloo']);
  });

  it('a column may be replaced and removed, and no more than six stand', async () => {
    const { bench, calls } = await benchAfter(1);
    bench.start(chosen('grpo', 'drGrpo', 'rloo', 'dapo', 'gspo', 'ppo'));
    await bench.settled();
    const [extra] = chosen('bnpo');
    if (!extra) throw new Error('no choice');
    bench.put(extra);
    await bench.settled();
    expect(bench.getState().columns).toHaveLength(MOST_COLUMNS);
    expect(calls()).not.toContain('bnpo');
    const [first, second, ...others] = bench.getState().columns;
    const choices = ['bnpo', ...others.map(({ choice }) => choice)];
    bench.put(extra, first!.id);
    bench.remove(second!.id);
    await bench.settled();
    expect(bench.getState().columns.map(({ choice }) => choice)).toEqual(choices);
    expect(bench.getState().columns.every(({ update }) => update !== null)).toBe(true);
  });

  it('a refused algorithm says why in its column; a lost trainer ends the bench, and a start begins it anew', async () => {
    const { bench, made } = await benchAfter(1);
    bench.start(chosen('sft', 'rloo'));
    await bench.settled();
    const refused = bench.getState().columns.find(({ choice }) => choice === 'sft');
    expect(refused?.problem).toContain('sft imitates demonstrations');
    expect(bench.getState().columns.find(({ choice }) => choice === 'rloo')?.update).not.toBeNull();
    bench.start(chosen('raft'));
    await bench.settled();
    expect(bench.getState().problem).toContain('it died');
    bench.start(chosen('rloo'));
    await bench.settled();
    expect(bench.getState()).toMatchObject({ problem: null, columns: [{ choice: 'rloo', problem: null }] });
    expect(made.slice(1, -1).every(({ ended }) => ended)).toBe(true);
  });
});
