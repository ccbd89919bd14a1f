/** @file The export for verl: its keys, its numbers, and its reward as Python runs it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { random } from '../lib/random.ts';
import { withAlgorithm } from '../rl/algorithm/configured.ts';
import { defaultConfig, type TrainConfig } from '../rl/config/config.ts';
import { algorithms } from '../rl/papers/index.ts';
import { taskById } from '../tasks/index.ts';
import { verlFiles } from './verl.ts';

const fileOf = (name: string, config: TrainConfig): string =>
  verlFiles('calm-otter', config, taskById(config.task))
    .find((file) => file.name === name)
    ?.content.toString() ?? '';

/** The overrides by key, and the sentences about the rest. */
function said(algorithm: string, changes: Partial<TrainConfig> = {}) {
  const text = fileOf('run.sh', { ...withAlgorithm(defaultConfig, algorithm), ...changes });
  return {
    overrides: Object.fromEntries(
      [...text.matchAll(/^ {4}([\w.]+)=(\S+)/gm)].map(([, key = '', value = '']) => [key, value]),
    ),
    left: [...text.matchAll(/^# - (.*)$/gm)].map(([, one = '']) => one),
  };
}
const ACTOR = 'actor_rollout_ref.actor';

describe('run.sh has the algorithm', () => {
  it('GRPO: the clipped loss without the second clip that verl always has', () => {
    const { overrides, left } = said('grpo');
    expect(overrides).toMatchObject({
      [`${ACTOR}.policy_loss.loss_mode`]: 'vanilla',
      [`${ACTOR}.loss_agg_mode`]: 'seq-mean-token-mean',
      [`${ACTOR}.clip_ratio_low`]: '0.2',
      [`${ACTOR}.clip_ratio_high`]: '0.2',
      [`${ACTOR}.clip_ratio_c`]: '1000000',
      [`${ACTOR}.use_kl_loss`]: 'False',
      'algorithm.adv_estimator': 'grpo',
    });
    expect(left).toEqual([]);
  });

  it('the losses that are more than a clip, with their numbers', () => {
    expect(said('clipCov', { settings: { clip_cov_ratio: 0.01 } }).overrides).toMatchObject({
      [`${ACTOR}.policy_loss.loss_mode`]: 'clip_cov',
      [`${ACTOR}.policy_loss.clip_cov_ratio`]: '0.01',
      [`${ACTOR}.loss_agg_mode`]: 'token-mean',
    });
    expect(said('dualClip').overrides).toMatchObject({
      [`${ACTOR}.clip_ratio_c`]: '3',
      'algorithm.adv_estimator': 'gae',
    });
    expect(said('sapo').overrides).toMatchObject({ [`${ACTOR}.tau_pos`]: '1', [`${ACTOR}.tau_neg`]: '1.05' });
    expect(said('grpo', { aggregation: 'dapo' }).overrides).toMatchObject({ [`${ACTOR}.loss_agg_mode`]: 'token-mean' });
  });

  it('the KL penalty in the loss or in the reward', () => {
    expect(said('grpo', { beta: 0.04 }).overrides).toMatchObject({
      [`${ACTOR}.use_kl_loss`]: 'True',
      [`${ACTOR}.kl_loss_coef`]: '0.04',
      [`${ACTOR}.kl_loss_type`]: 'low_var_kl',
    });
    expect(said('reinforcePlusPlus', { beta: 0.04 }).overrides).toMatchObject({
      'algorithm.use_kl_in_reward': 'True',
      'algorithm.kl_ctrl.kl_coef': '0.04',
      'algorithm.kl_penalty': 'kl',
      'algorithm.adv_estimator': 'reinforce_plus_plus',
    });
  });

  it('or says why its loss or its advantage is not there', () => {
    expect(said('dpo').left).toContainEqual(
      expect.stringMatching(/^the algorithm "dpo": verl has no losses over pairs; /),
    );
    expect(said('maxRl').left).toContainEqual(expect.stringMatching(/^the advantage "maxRl"/));
    expect(said('grpo', { objectiveText: 'x = logp\n-x' }).left).toContain('the objective of your own:');
  });
});

it('run.sh trains the base of the run if that is a model of the hub, whatever its name, or the one of MODEL', () => {
  const run = (model: string | undefined, base?: string): string => {
    const [{ content } = { content: '' }] = verlFiles('calm-otter', defaultConfig, taskById('sums'), base);
    const printing = String(content).replace('python3 -m verl.trainer.main_ppo', 'printf "%s\\n"');
    const { MODEL: _, ...env } = process.env;
    const printed = execFileSync('sh', ['-c', printing], { env: model === undefined ? env : { ...env, MODEL: model } });
    return /^actor_rollout_ref\.model\.path=(.*)$/m.exec(printed.toString())?.[1] ?? '';
  };
  expect(run(undefined)).toBe('Qwen/Qwen2.5-0.5B-Instruct');
  expect(run(undefined, 'a/$(b) \'"`c`')).toBe('a/$(b) \'"`c`');
  expect(run('my/model', 'a/b')).toBe('my/model');
});

const python = ((): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

it.skipIf(!python)('reward.py rewards as the run does (needs python3)', () => {
  const shaped = {
    clip: [0, 0.5] as [number, number],
    centring: 'none' as const,
    schedule: { kind: 'constant' as const },
  };
  const config = {
    ...defaultConfig,
    rewardWeights: { format: 0.2 },
    rewardShaping: { answer: { ...shaped, onlyWhenCorrect: true } },
  };
  const sums = taskById('sums');
  const example = sums.example(random('verl'), 'train', 3);
  const { prompt, answer, difficulty } = example;
  const worked = sums.demonstration(random('verl'), example, 'worked', false);
  const scores = [answer, worked, `${answer}0`, 'twelve'].map((text) =>
    Number(
      execFileSync(
        'python3',
        ['-c', `${fileOf('reward.py', config)}\nimport json, sys\nprint(compute_score("sums", *json.load(sys.stdin)))`],
        {
          input: JSON.stringify([text, answer, { problem: prompt, difficulty }]),
        },
      ),
    ),
  );
  expect(scores).toEqual([0.7, 0.7, 0.2, 0]);
});

const thirdParty = process.env['ROLLOUT_THIRD_PARTY'] ?? '';
it.skipIf(thirdParty === '')(
  'every key is one of verl’s (needs ROLLOUT_THIRD_PARTY, the folder that holds export/verl-ppo-keys.json)',
  () => {
    const { keys }: { keys: Record<string, unknown> } = JSON.parse(
      readFileSync(join(thirdParty, 'export/verl-ppo-keys.json'), 'utf8'),
    );
    for (const { id } of algorithms) {
      for (const key of Object.keys(said(id, { beta: 0.04 }).overrides)) expect(Object.keys(keys)).toContain(key);
    }
  },
);
