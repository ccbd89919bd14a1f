/** @file Algorithms and their parts under TRL’s names, one by one. */
import { describe, expect, it } from 'vitest';
import { defaultConfig, type TrainConfig } from '../rl/config/config.ts';
import { withAlgorithm } from '../rl/algorithm/configured.ts';
import { taskById } from '../tasks/index.ts';
import { trainScript } from './trl.ts';

/** Arguments of TRL’s configuration without comments, and the settings listed as left out. */
function said(algorithm: string, changes: Partial<TrainConfig> = {}) {
  const config = { ...withAlgorithm({ ...defaultConfig, warmupSteps: 0 }, algorithm), ...changes };
  const text = trainScript('calm-otter', config, taskById(config.task));
  const block = /GRPOConfig\(\n([\s\S]*?)\n\)/.exec(text)?.[1] ?? '';
  return {
    settings: block.split('\n').map((line) => line.replace(/,( {2}#.*)?$/, '').trim()),
    left: [...text.matchAll(/^# - (.*)$/gm)].map(([, one = '']) => one),
  };
}
const has = (...lines: string[]) => expect.arrayContaining(lines);
const matching = (...patterns: RegExp[]) =>
  expect.arrayContaining(patterns.map((pattern) => expect.stringMatching(pattern)));

describe('train.py has the algorithm', () => {
  it('GRPO as published, loss type grpo; another aggregation is another loss type', () => {
    expect(said('grpo', { aggregation: 'dapo' })).toEqual({ settings: has('loss_type="dapo"'), left: [] });
    expect(said('sapo', { aggregation: 'dapo' })).toEqual({
      settings: has('loss_type="sapo"'),
      left: matching(/^aggregation = dapo: /),
    });
    expect(said('grpo')).toEqual({
      settings: has('loss_type="grpo"', 'scale_rewards="group"', 'epsilon=0.2', 'beta=0'),
      left: [],
    });
  });

  it('DAPO: higher upper clip bound, truncated completions masked; dynamic sampling and length penalty are reported', () => {
    const { settings, left } = said('dapo', { settings: { overlong_buffer: 4 } });
    expect(settings).toEqual(
      has('loss_type="dapo"', 'epsilon=0.2', 'epsilon_high=0.28', 'mask_truncated_completions=True'),
    );
    expect(left).toEqual([
      expect.stringMatching(/^dynamic_sampling = 4: /),
      expect.stringMatching(/^overlong_buffer = 4: /),
    ]);
    expect(said('dapo', { settings: { dynamic_sampling: 0, mask_truncated_completions: 0 } })).toEqual({
      settings: has('mask_truncated_completions=False'),
      left: [],
    });
  });

  it('GSPO: one ratio per completion with its own narrow range', () => {
    expect(said('gspo')).toEqual({
      settings: has(
        'loss_type="grpo"',
        'importance_sampling_level="sequence"',
        'epsilon=0.0003',
        'epsilon_high=0.0004',
      ),
      left: [],
    });
  });

  it('CISPO: an absolute cap of the ratio without a lower clip bound', () => {
    const { settings, left } = said('cispo', { settings: { epsilon_high: 3 } });
    expect(settings).toEqual(has('loss_type="cispo"', 'epsilon_high=3'));
    expect(settings.some((line) => line.startsWith('epsilon='))).toBe(false);
    expect(left).toEqual([]);
    expect(said('cispo').settings).toContain('epsilon_high=5');
  });

  it('SAPO: both temperatures', () => {
    expect(said('sapo', { settings: { sapo_temperature_neg: 2 } })).toEqual({
      settings: has('loss_type="sapo"', 'sapo_temperature_pos=1', 'sapo_temperature_neg=2'),
      left: [],
    });
  });

  it('Dr. GRPO, INTELLECT-2 and GDPO', () => {
    expect(said('drGrpo')).toEqual({ settings: has('loss_type="dr_grpo"', 'scale_rewards="none"'), left: [] });
    expect(said('intellect2')).toEqual({ settings: has('loss_type="dapo"', 'delta=4'), left: [] });
    expect(said('gdpo')).toEqual({
      settings: has('loss_type="grpo"', 'multi_objective_aggregation="normalize_then_sum"'),
      left: [],
    });
    const schedule = { kind: 'linear', to: 0.25, steps: 40 } as const;
    expect(
      said('gdpo', { rewardShaping: { format: { clip: null, centring: 'none', onlyWhenCorrect: false, schedule } } })
        .left,
    ).toEqual(matching(/^weights that move/));
  });

  it('a number that follows epsilon, whether epsilon is a knob or set', () => {
    expect(said('bnpo', { epsilon: 0.1 }).settings).toEqual(has('epsilon=0.1', 'epsilon_high=0.1'));
    expect(said('bnpo', { settings: { epsilon: 0.3 } }).settings).toEqual(has('epsilon=0.3', 'epsilon_high=0.3'));
  });

  it('or reports that TRL lacks its loss, with its numbers', () => {
    const { settings, left } = said('gmpo');
    expect(settings).toContain('loss_type="grpo"');
    expect(settings.some((line) => line.startsWith('epsilon'))).toBe(false);
    expect(left).toEqual(matching(/^the algorithm "gmpo"/, /^epsilon = 0\.4: /, /^epsilon_high = 0\.4: /));
    expect(said('ppo').left).toEqual(matching(/^the advantage "gae"/, /^vf_coef = /, /^lam = /));
    expect(said('bnpo', { algorithm: 'nosuch' }).left).toEqual(matching(/^the algorithm "nosuch"/));
  });
});

describe('train.py has the parts of a run', () => {
  it('advantages that TRL has; others are reported', () => {
    expect(said('grpo', { advantage: 'batchScaled' })).toEqual({ settings: has('scale_rewards="batch"'), left: [] });
    expect(said('grpo', { advantage: 'unscaled' })).toEqual({ settings: has('scale_rewards="none"'), left: [] });
    expect(said('grpo', { advantage: 'rloo' })).toEqual({
      settings: has('scale_rewards="group"'),
      left: matching(/^the advantage "rloo"/),
    });
    expect(said('grpo', { advantage: 'groupPopulation' }).left).toEqual(matching(/^the advantage "groupPopulation"/));
  });

  it('the KL penalty where TRL has it', () => {
    expect(said('grpo', { beta: 0.04 })).toEqual({ settings: has('beta=0.04'), left: [] });
    expect(said('grpo', { beta: 0.04, klEstimator: 'k3', klPlacement: 'loss' }).left).toEqual([]);
    expect(said('grpo', { beta: 0.04, klEstimator: 'k1' }).left).toEqual(
      matching(/kl_estimator = k1, kl_placement = loss/),
    );
    expect(said('grpo', { beta: 0.04, klPlacement: 'reward' }).left).toEqual(
      matching(/kl_estimator = k3, kl_placement = reward/),
    );
    expect(said('grpo', { beta: 0.04, klControl: 'adaptive', klHorizon: 20 }).left).toEqual(
      matching(/kl_control = adaptive, kl_target = 0\.05, kl_horizon = 20/),
    );
    // With beta 0 there is no KL penalty, so nothing is left out.
    expect(said('grpo', { klEstimator: 'k1', klControl: 'adaptive' }).left).toEqual([]);
    // Preference losses keep the policy close by themselves.
    expect(said('dpo')).toEqual({ settings: has('beta=0'), left: matching(/^beta = 0\.1: /) });
  });

  it('masked completions: TRL counts them in a mean over completions and, since its #6439, not in one over tokens', () => {
    expect(said('dapo', { settings: { dynamic_sampling: 0 } }).left).toEqual([]);
    expect(said('dapo', { settings: { dynamic_sampling: 0 }, aggregation: 'grpo' }).left).toEqual(
      matching(/^masked_completions = left_out: TRL/),
    );
    expect(
      said('dapo', { settings: { dynamic_sampling: 0 }, aggregation: 'grpo', maskedCompletions: 'counted' }).left,
    ).toEqual([]);
    expect(said('grpo', { zeroStdGroups: 'masked' }).left).toEqual(matching(/groups without spread/));
  });

  it('the entropy bonus under TRL’s name (#6140), and its adaptive control', () => {
    expect(said('grpo', { entropyCoef: 0.02 })).toEqual({ settings: has('entropy_coef=0.02'), left: [] });
    expect(said('grpo', { entropyTarget: 0.5 })).toEqual({
      settings: has(
        'entropy_coef=0',
        'use_adaptive_entropy=True',
        'entropy_target=0.5',
        'entropy_coef_delta=0.005',
        'entropy_coef_max=1',
      ),
      left: matching(/^the step that the entropy control looks at/),
    });
  });

  it('the KL penalty weighed by the ratio, and rsLoRA', () => {
    expect(said('grpo', { beta: 0.04, klBiasCorrection: 'on' })).toEqual({
      settings: has('use_bias_correction_kl=True'),
      left: [],
    });
    const config = { ...defaultConfig, rsLora: 'on' };
    expect(trainScript('calm-otter', config, taskById(config.task))).toContain('use_rslora=True');
  });

  it('reports rollouts that are not its own and the sampler correction as left out', () => {
    expect(said('grpo', { topEntropyQuantile: 0.2 })).toEqual({ settings: has('top_entropy_quantile=0.2'), left: [] });
    expect(said('grpo', { importanceCorrection: 'token_mask' }).left).toEqual(
      matching(/importance_sampling_correction = token_mask/, /^importance_sampling_cap = 3: /),
    );
    expect(said('grpo', { rollouts: 'replay' }).left).toEqual(matching(/rollouts = replay/, /^replay_share = 0\.5: /));
    expect(said('grpo', { promptSampler: 'sec' }).left).toEqual(
      matching(/"sec" \(.*sec_learning_rate = 0\.5, sec_temperature = 1\)/),
    );
  });

  it('the learning rate schedule, and where TRL’s differs', () => {
    expect(said('grpo', { lrScheduler: 'linear' })).toEqual({
      settings: has('lr_scheduler_type="linear"', 'warmup_steps=0'),
      left: [],
    });
    expect(said('grpo', { lrScheduler: 'cosine', warmupSteps: 1 })).toEqual({
      settings: has('lr_scheduler_type="cosine"', 'warmup_steps=0'),
      left: [],
    });
    expect(said('grpo', { warmupSteps: 5 })).toEqual({
      settings: has('lr_scheduler_type="constant_with_warmup"', 'warmup_steps=5'),
      left: [expect.stringContaining('1/5 of the peak')],
    });
    expect(said('grpo', { lrScheduler: 'cosine', warmupSteps: 5 }).left).toEqual(
      matching(/^the fall of the learning rate during the warm-up/),
    );
  });

  it('updates instead of steps where TRL counts updates', () => {
    expect(said('grpo', { numIterations: 3 })).toEqual({
      settings: has('num_iterations=3', 'max_steps=300', 'warmup_steps=0'),
      left: [],
    });
    expect(said('grpo', { numIterations: 2, warmupSteps: 5 })).toEqual({
      settings: has('max_steps=200', 'warmup_steps=10'),
      left: matching(/^a learning rate that is the same in all updates/),
    });
  });
});
