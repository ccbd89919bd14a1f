import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withAlgorithm } from '../rl/algorithm/configured.ts';
import { algorithms } from '../rl/papers/index.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { taskById, tasks } from '../tasks/index.ts';
import { trainScript } from './trl.ts';

const script = (changes: Partial<typeof defaultConfig> = {}) => {
  const config = { ...defaultConfig, ...changes };
  return trainScript('calm-otter', config, taskById(config.task));
};

describe('train.py', () => {
  it('has the run’s settings under TRL’s and PEFT’s names', () => {
    const text = script({ learningRate: 0.0005, beta: 0.04, warmupSteps: 0, rank: 4, rewardWeights: { format: 0.5 } });
    for (const line of [
      'learning_rate=0.0005,',
      'num_generations=8,',
      'per_device_train_batch_size=64,',
      'beta=0.04,',
      'epsilon=0.2,',
      'temperature=1.0,',
      'lr_scheduler_type="constant",',
      'warmup_steps=0,',
      'max_steps=100,',
      'loss_type="grpo",',
      'scale_rewards="group",',
      'adam_beta1=0.9,',
      'adam_beta2=0.95,',
      'weight_decay=0,',
      'max_completion_length=13,',
      'reward_weights=[1, 0.5],',
      'r=4, lora_alpha=16,',
      'reward_funcs=[answer, format]',
    ])
      expect(text).toContain(line);
    expect(text).toContain('# Every setting of the training is in this script.');
  });

  it('contains training problems only, drawn like the page’s', () => {
    const found = [...script().matchAll(/^ {4}(\{"problem".*\}),$/gm)].map(
      ([, json = '']): { problem: string; answer: string } => JSON.parse(json),
    );
    expect(found).toHaveLength(512);
    for (const { problem, answer } of found) expect(taskById('sums').read?.(problem)?.answer).toBe(answer);
  });

  it('lists the settings that it leaves out', () => {
    expect(script({ algorithm: 'gmpo' })).toMatch(/# Not in this script:\n(# - .*\n)*# - the algorithm "gmpo"/);
    expect(script({ shuffleRewards: true, objectiveText: 'mean(\nratio)' })).toContain('# mean(\n# ratio)');
    expect(script({ task: 'exact-seq', difficulty: 3 })).toContain('# - the verifier of the task "exact-seq"');
  });

  it('shapes and weighs the reward as the run does', () => {
    const text = script({
      rewardShaping: {
        answer: { clip: [-0.5, 0.8], centring: 'group', onlyWhenCorrect: false, schedule: { kind: 'constant' } },
        format: {
          clip: null,
          centring: 'none',
          onlyWhenCorrect: true,
          schedule: { kind: 'cosine', to: 0.25, steps: 40 },
        },
      },
    });
    expect(text).toContain(
      'scores = shape(scores, right, list(zip(problem, answer)), low=-0.5, high=0.8, centre="group")',
    );
    expect(text).toContain('only_right=True');
    expect(text).toContain('weight_at(trainer_state.global_step, 0, 0.25, 40, "cosine")');
    // TRL counts updates, not steps.
    const moving = {
      clip: null,
      centring: 'none',
      onlyWhenCorrect: false,
      schedule: { kind: 'linear', to: 0.25, steps: 40 },
    } as const;
    expect(script({ numIterations: 3, rewardShaping: { format: moving } })).toContain(
      'weight_at(trainer_state.global_step, 0, 0.25, 120, "linear")',
    );
    // A changing weight is inside its function.
    expect(text).toContain('reward_weights=[1, 1],');
    expect(script()).not.toMatch(/def shape|def weight_at/);
  });

  it('contains JavaScript terms as comments only, and says so', () => {
    const code = 'function reward() {\r  import_os()\n  return 1;\r\n}';
    const text = script({
      ownTerms: { mine: { code, onFailure: 'stop' } },
      rewardWeights: { mine: 0.5 },
      objectiveText: 'a = 1\rimport_os()',
    });
    expect(text).toContain('# - the reward term "mine" (weight 0.5): JavaScript of your own is not translated');
    const lines = text.split(/\r\n?|\n/).filter((line) => /import_os|function reward|return 1;/.test(line));
    expect(lines).toHaveLength(4);
    expect(lines.every((line) => line.startsWith('#'))).toBe(true);
    expect(text).toContain('reward_funcs=[answer]');
  });

  it('exits with a sentence if no reward term could be translated', () => {
    const text = script({ task: 'exact-seq', difficulty: 3, policy: 'exact-seq' });
    expect(text).toMatch(/reward_funcs=\[\]/);
    expect(text).toContain('    raise SystemExit("No term of this run\'s reward');
    expect(script()).not.toContain('SystemExit');
  });

  it('trains the base of the run if that is a model of the hub, and else a small one', () => {
    const of = (base?: string) => trainScript('calm-otter', defaultConfig, taskById('sums'), base);
    expect(of('HuggingFaceTB/SmolLM2-135M')).toContain('MODEL = "HuggingFaceTB/SmolLM2-135M"\n');
    expect(of('HuggingFaceTB/SmolLM2-135M')).not.toContain('about a million parameters');
    expect(of()).toContain('MODEL = "Qwen/Qwen2.5-0.5B-Instruct"\n');
    expect(of()).toContain('# Learning rate and rank were found for a model of about a million parameters:');
  });

  it('exists for every task', () => {
    for (const task of tasks)
      expect(script({ task: task.id, difficulty: task.difficulty.default })).toContain(
        'def verify(problem, completion):',
      );
  });
});

/** Settings of transformers.TrainingArguments that the script sets. */
const fromTransformers = [
  'output_dir',
  'seed',
  'max_steps',
  'lr_scheduler_type',
  'warmup_steps',
  'per_device_train_batch_size',
  'gradient_accumulation_steps',
  'max_grad_norm',
  'adam_beta1',
  'adam_beta2',
  'adam_epsilon',
  'weight_decay',
  'logging_steps',
];
const thirdParty = process.env['ROLLOUT_THIRD_PARTY'] ?? '';
it.skipIf(thirdParty === '')(
  'every setting is a field of GRPOConfig or of its bases (needs ROLLOUT_THIRD_PARTY, the folder that holds export/trl-config-fields.json)',
  () => {
    const { classes }: { classes: Record<string, { fields: Record<string, unknown> }> } = JSON.parse(
      readFileSync(join(thirdParty, 'export/trl-config-fields.json'), 'utf8'),
    );
    const fields = ['GRPOConfig', '_BaseConfig'].flatMap((name) => Object.keys(classes[name]?.fields ?? {}));
    for (const { id } of algorithms) {
      const text = script({
        ...withAlgorithm(defaultConfig, id),
        beta: 0.04,
        entropyTarget: 1,
        topEntropyQuantile: 0.5,
      });
      const block = /GRPOConfig\(\n([\s\S]*?)\n\)/.exec(text)?.[1] ?? '';
      const names = [...block.matchAll(/^ {4}(\w+)=/gm)].map(([, name]) => name);
      expect(names.length).toBeGreaterThan(20);
      expect(names.filter((name = '') => !fields.includes(name) && !fromTransformers.includes(name))).toEqual([]);
    }
  },
);
