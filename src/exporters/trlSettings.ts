/** @file The settings of `train.py`: numbers and choices of a run under TRL’s names, and those without a TRL name. */
import { choices } from '../rl/config/choices.ts';
import { NO_PRIOR_PROMPT } from '../rl/prompts/priorPrompt.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { knobs } from '../rl/config/knobs.ts';
import { ENTROPY_STEP, LARGEST_ENTROPY_COEFFICIENT } from '../rl/algorithm/control.ts';
import { adapterOptimizer } from '../rl/learner/optimizer.ts';
import { knobsOfSampler } from '../rl/algorithm/settingsInUse.ts';
import type { Task } from '../tasks/task.ts';
import { joined, leftSchedules, leftStages, type ScriptPart } from './runAlgorithm.ts';
import { algorithmPart } from './trlAlgorithm.ts';
import type { ScriptReward } from './pythonReward.ts';
import { leftVerifier } from './verifier.ts';

/** TRL’s schedulers, without and with a warm-up. */
const schedulers: Readonly<Record<string, readonly [string, string]>> = {
  constant: ['constant', 'constant_with_warmup'],
  linear: ['linear', 'linear'],
  cosine: ['cosine', 'cosine'],
};

/**
 * A warm-up over one step has no effect: its only rate is the peak. TRL counts updates, of which a step may have
 * several.
 */
function ratePart({ learningRate, lrScheduler, warmupSteps, maxSteps, numIterations }: TrainConfig): ScriptPart {
  const warms = warmupSteps > 1;
  const falls = lrScheduler !== choices.lrScheduler.default;
  const [plain, warmed] = schedulers[lrScheduler] ?? ['constant', 'constant_with_warmup'];
  const updates = numIterations > 1 ? '  # updates' : '';
  return {
    lines: [
      `learning_rate=${learningRate}`,
      `max_steps=${maxSteps * numIterations}${updates}`,
      `lr_scheduler_type="${warms ? warmed : plain}"`,
      `warmup_steps=${warms ? warmupSteps * numIterations : 0}${updates}`,
    ],
    left: [
      ...(warms
        ? [
            `the first rate of the warm-up: TRL's is 0 and the page's 1/${warmupSteps} of the peak, so that TRL's warm-up ends one step later`,
          ]
        : []),
      ...(warms && falls
        ? ["the fall of the learning rate during the warm-up: TRL's begins after it, the page's at the first step"]
        : []),
      ...(numIterations > 1 && (warms || falls)
        ? ["a learning rate that is the same in all updates of a step: TRL's moves at every update"]
        : []),
    ],
  };
}

function batchPart({
  numGenerations,
  promptsPerStep,
  numIterations,
  numMinibatches,
  maxGradNorm,
}: TrainConfig): ScriptPart {
  return {
    lines: [
      `num_generations=${numGenerations}`,
      `per_device_train_batch_size=${promptsPerStep * numGenerations}  # ${promptsPerStep} prompts a step`,
      'gradient_accumulation_steps=1',
      `num_iterations=${numIterations}`,
      `max_grad_norm=${maxGradNorm}`,
    ],
    left:
      numMinibatches > 1
        ? [`${knobs.numMinibatches.id} = ${numMinibatches}: a pass over the completions is one update here`]
        : [],
  };
}

/** Transformers refuses an integer as temperature. */
const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

/**
 * Set explicitly although TRL may have the same default: defaults have changed, and a model brings its own for
 * sampling.
 */
function plainPart({ temperature, difficulty }: TrainConfig, task: Task): ScriptPart {
  const { beta1, beta2, epsilon, weightDecay } = adapterOptimizer;
  return {
    lines: [
      `adam_beta1=${beta1}`,
      `adam_beta2=${beta2}`,
      `adam_epsilon=${epsilon}`,
      `weight_decay=${weightDecay}`,
      `temperature=${decimal(temperature)}`,
      'top_p=1.0',
      'top_k=0',
      'repetition_penalty=1.0',
      `max_completion_length=${task.lengths(difficulty).completion + 1}  # as on the page, where a token is a character`,
    ],
    left: [],
  };
}

/**
 * TRL’s entropy bonus (since 2026) and its adaptive control equal the page’s, except for when the entropy is compared
 * with the target.
 */
function entropyPart({ entropyCoef, entropyTarget, topEntropyQuantile }: TrainConfig): ScriptPart {
  const adaptive = entropyTarget > 0;
  return {
    lines: [
      `top_entropy_quantile=${topEntropyQuantile}`,
      `entropy_coef=${entropyCoef}`,
      ...(adaptive
        ? [
            'use_adaptive_entropy=True',
            `entropy_target=${entropyTarget}`,
            `entropy_coef_delta=${ENTROPY_STEP}`,
            'entropy_coef_min=0.0',
            `entropy_coef_max=${LARGEST_ENTROPY_COEFFICIENT}`,
          ]
        : []),
    ],
    left: adaptive
      ? [
          'the step that the entropy control looks at: TRL compares the entropy of this update with the target, the page that of the step before',
        ]
      : [],
  };
}

function promptSampling(config: TrainConfig): string {
  const numbers = knobsOfSampler(config.promptSampler).map((name) => `${knobs[name].id} = ${config[name]}`);
  return `the choice of prompts "${config.promptSampler}"${numbers.length > 0 ? ` (${numbers.join(', ')})` : ''}: all are of difficulty ${config.difficulty}`;
}

/** Settings of prompts, completions and rewards. */
function dataPart(config: TrainConfig, task: Task): ScriptPart {
  const { rollouts, rolloutFile, importanceCorrection } = config;
  const left = [
    ...(config.objectiveText.trim() === '' ? [] : ['the objective of your own:\n' + config.objectiveText]),
    ...leftVerifier(task),
    ...(rollouts === choices.rollouts.default
      ? []
      : [
          `rollouts that an earlier policy wrote (${choices.rollouts.id} = ${rollouts}${rolloutFile === '' ? '' : `, file ${rolloutFile}`})`,
        ]),
    ...(importanceCorrection === choices.importanceCorrection.default
      ? []
      : [
          `the correction for the sampler (${choices.importanceCorrection.id} = ${importanceCorrection}): TRL's acts with vLLM only`,
        ]),
    ...(config.promptSampler === choices.promptSampler.default ? [] : [promptSampling(config)]),
    ...leftSchedules(config),
    ...leftStages(config),
    ...(config.priorPrompt === NO_PRIOR_PROMPT ? [] : [`the prior prompt "${config.priorPrompt}"`]),
    ...(config.verifierErrorRate > 0 ? [`${knobs.verifierErrorRate.id} = ${config.verifierErrorRate}`] : []),
    ...(config.zeroStdGroups === choices.zeroStdGroups.default
      ? []
      : ['the masking of groups without spread: here they count in the means of the loss']),
    ...(config.shuffleRewards ? ['the shuffling of rewards (control arm)'] : []),
  ];
  return { lines: [], left };
}

/** All settings of the run except problems and adapter; of the reward only its weights. */
export function scriptSettings(
  config: TrainConfig,
  task: Task,
  { weights, weightsMove, left }: ScriptReward,
): ScriptPart {
  const first = { lines: ['output_dir="rollout"', `seed=${config.seed}`], left: [] };
  const last = { lines: [`reward_weights=[${weights.join(', ')}]`, 'logging_steps=1'], left };
  return joined(
    first,
    algorithmPart(config, weightsMove),
    entropyPart(config),
    ratePart(config),
    batchPart(config),
    plainPart(config, task),
    dataPart(config, task),
    last,
  );
}
