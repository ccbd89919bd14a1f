import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../rl/config/config.ts';
import type { StepReport } from '../../rl/run/trainer.ts';
import type { CompletionReport } from '../../rl/step/report.ts';
import { taskById } from '../../tasks/index.ts';
import { fakeExact } from '../fixture/fakeRun.ts';
import { stepRow, withEvaluation, withStep } from './history.ts';
import { emptyRun, reduce } from './runState.ts';

const completion = (reward: number, method: string): CompletionReport => ({
  text: '',
  tokens: [],
  tokenIds: [],
  reward,
  shapedReward: reward,
  terms: {},
  advantage: 0,
  correct: reward > 0,
  method,
  terminated: true,
  tokenAdvantages: [],
  logProbs: [],
  policyLogProbs: [],
  refLogProbs: [],
  entropy: [],
  kl: [],
});

const report = (step: number, rewards: number[][]): StepReport => ({
  step,
  tokensPerSecond: 1,
  settings: {},
  metrics: { reward: 0.5, kl: Number.NaN, 'methods/direct/accuracy': 1, 'methods/worked/accuracy': 0.5 },
  groups: rewards.map((group) => ({
    prompt: '',
    answer: '',
    completions: group.map((reward, i) => completion(reward, i === 0 ? 'direct' : 'worked')),
  })),
});

const evaluation = (step: number) => ({
  step,
  problems: 8,
  samplesPerProblem: 1,
  sampled: 0.4,
  interval: [0.2, 0.6] as const,
  greedy: 0.5,
  methods: {},
  meanLength: 3,
});

describe('a row', () => {
  it('leaves out unmeasured values and accuracies of fewer than four completions', () => {
    const row = stepRow(
      report(1, [
        [0, 1, 1],
        [1, 1, 1],
      ]),
    );
    expect(Object.keys(row.values)).toEqual(['reward', 'methods/worked/accuracy']);
  });

  it('has the range between the quartiles of the groups', () => {
    const row = stepRow(
      report(1, [
        [0, 0],
        [0, 1],
        [1, 1],
        [1, 1],
        [0, 0],
      ]),
    );
    // Group means 0, 0.5, 1, 1, 0: sorted 0 0 0.5 1 1, quartiles at the second and the fourth.
    expect(row.ranges['reward']).toEqual([0, 1]);
    expect(stepRow(report(1, [[0, 1]])).ranges['reward']).toBeUndefined();
  });
});

describe('an evaluation', () => {
  it('joins the row of its step in either order', () => {
    const late = withEvaluation(withStep([], report(1, [[1]])), evaluation(1));
    expect(late).toHaveLength(1);
    expect(late[0]?.values).toMatchObject({ reward: 0.5, 'eval/sampled': 0.4 });
    const early = withStep(withEvaluation([], evaluation(1)), report(1, [[1]]));
    expect(early).toEqual(late);
  });

  it('with an exact read-out keeps its numbers, and the run keeps the newest read-out', () => {
    const exact = fakeExact({ ...defaultConfig, beta: 0.08, difficulty: 3 }, taskById('exact-seq'), 0.5);
    if (!exact) throw new Error('the task lists its outcomes');
    const reduced = reduce(emptyRun, { type: 'evaluation', report: { ...evaluation(3), exact } });
    expect(reduced.exact).toBe(exact);
    expect(reduced.rows?.[0]?.values).toMatchObject({
      'exact/gap': exact.gapClosed,
      'exact/distance': exact.totalVariation,
    });
    expect(exact.gapClosed).toBeGreaterThan(0.3);
    expect(exact.gapClosed).toBeLessThan(1);
    expect(reduce(emptyRun, { type: 'evaluation', report: evaluation(3) })).not.toHaveProperty('exact');
  });

  it('of a step without a row adds one in order', () => {
    const rows = [report(1, [[1]]), report(2, [[1]])].reduce(withStep, []);
    expect(withEvaluation(rows, evaluation(0)).map((row) => row.step)).toEqual([0, 1, 2]);
  });
});
