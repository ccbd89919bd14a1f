/**
 * @file The run for verl: `run.sh` with the overrides of `verl.trainer.main_ppo` for one machine or a Ray cluster, its
 * problems in Parquet, and `reward.py`. Keys as in verl b178a3c (2026-01-29).
 */
import { trainsAll } from '../rl/algorithm/configured.ts';
import { type ChoiceName, choiceNames, choices } from '../rl/config/choices.ts';
import { defaultConfig, type TrainConfig } from '../rl/config/config.ts';
import { type KnobName, knobNames, knobs } from '../rl/config/knobs.ts';
import { adapterOptimizer } from '../rl/learner/optimizer.ts';
import type { Task } from '../tasks/task.ts';
import { type ExportFile, leftComment, modelPart, quoted } from './python.ts';
import { joined, leftSchedules, leftStages, type ScriptPart } from './runAlgorithm.ts';
import { leftVerifier, verifierOf } from './verifier.ts';
import { verlAlgorithm } from './verlAlgorithm.ts';
import { problemsParquet } from './verlData.ts';
import { verlReward } from './verlReward.ts';

const ACTOR = 'actor_rollout_ref.actor';
/** A word of the shell. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
/** Room for a chat template, in tokens. */
const TEMPLATE = 128;

/** Knobs and choices that have a line below or in the algorithm’s part; any other is left out where it was changed. */
const written: readonly (KnobName | ChoiceName)[] = [
  'seed',
  'learningRate',
  'numGenerations',
  'promptsPerStep',
  'beta',
  'epsilon',
  'temperature',
  'rank',
  'alpha',
  'numIterations',
  'maxGradNorm',
  'numMinibatches',
  'entropyCoef',
  'klTarget',
  'klHorizon',
  'warmupSteps',
  'maxSteps',
  'difficulty',
  'advantage',
  'aggregation',
  'klEstimator',
  'klPlacement',
  'klBiasCorrection',
  'klControl',
  'lrScheduler',
  'trainedWeights',
];

function changed(config: TrainConfig): string[] {
  const all: readonly (KnobName | ChoiceName)[] = [...knobNames, ...choiceNames];
  const idOf = (name: KnobName | ChoiceName): string =>
    (name in knobs ? knobs[name as KnobName] : choices[name as ChoiceName]).id;
  return all
    .filter((name) => !written.includes(name) && config[name] !== defaultConfig[name])
    .map((name) => `${idOf(name)} = ${config[name]}`);
}

/** verl’s usual length, or the characters of the longest prompt, which are at least as many as its tokens. */
const promptLength = ({ difficulty }: TrainConfig, task: Task): number =>
  Math.max(512, task.lengths(difficulty).prompt + verifierOf(task).instruction.length + TEMPLATE);

function trainingPart(config: TrainConfig, task: Task): ScriptPart {
  const { promptsPerStep, numMinibatches, numGenerations, lrScheduler } = config;
  const { beta1, beta2, weightDecay } = adapterOptimizer;
  const batch = Math.max(1, Math.floor(promptsPerStep / numMinibatches));
  return {
    lines: [
      `data.seed=${config.seed}`,
      `data.train_batch_size=${promptsPerStep}`,
      `data.max_prompt_length=${promptLength(config, task)}`,
      `data.max_response_length=${task.lengths(config.difficulty).completion + 1}`,
      `actor_rollout_ref.rollout.n=${numGenerations}`,
      `actor_rollout_ref.rollout.temperature=${config.temperature}`,
      `actor_rollout_ref.model.lora_rank=${trainsAll(config) ? 0 : config.rank}`,
      `actor_rollout_ref.model.lora_alpha=${config.alpha}`,
      `${ACTOR}.ppo_mini_batch_size=${batch}`,
      `${ACTOR}.ppo_epochs=${config.numIterations}`,
      `${ACTOR}.entropy_coeff=${config.entropyCoef}`,
      `${ACTOR}.optim.lr=${config.learningRate}`,
      `${ACTOR}.optim.lr_scheduler_type=${lrScheduler === 'cosine' ? 'cosine' : 'constant'}`,
      `${ACTOR}.optim.lr_warmup_steps=${config.warmupSteps}`,
      `${ACTOR}.optim.betas=[${beta1},${beta2}]`,
      `${ACTOR}.optim.weight_decay=${weightDecay}`,
      `${ACTOR}.optim.clip_grad=${config.maxGradNorm}`,
      `trainer.total_training_steps=${config.maxSteps}`,
    ],
    left: [
      ...(batch * numMinibatches === promptsPerStep
        ? []
        : [`${knobs.numMinibatches.id} = ${numMinibatches}: ${promptsPerStep} prompts are not divided evenly by it`]),
      ...(lrScheduler === 'linear' ? [`${choices.lrScheduler.id} = linear: here the rate is constant`] : []),
    ],
  };
}

function dataPart(config: TrainConfig, task: Task): ScriptPart {
  return {
    lines: [],
    left: [
      ...(config.objectiveText.trim() === '' ? [] : ['the objective of your own:\n' + config.objectiveText]),
      ...leftVerifier(task),
      ...(config.rolloutFile === '' ? [] : [`the file of rollouts ${config.rolloutFile}`]),
      ...leftSchedules(config),
      ...leftStages(config),
      ...(config.shuffleRewards ? ['the shuffling of rewards (control arm)'] : []),
      ...changed(config),
    ],
  };
}

/** Overrides that the machine decides, not the run. */
const machine: readonly string[] = [
  'actor_rollout_ref.model.path="$MODEL"',
  'actor_rollout_ref.rollout.name=vllm',
  `${ACTOR}.ppo_micro_batch_size_per_gpu=8`,
  'actor_rollout_ref.rollout.log_prob_micro_batch_size_per_gpu=8',
  'actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu=8',
  'data.train_files="$HERE/problems.parquet"',
  'data.val_files="$HERE/problems.parquet"',
  'custom_reward_function.path="$HERE/reward.py"',
  'custom_reward_function.name=compute_score',
  'trainer.nnodes="$NODES"',
  'trainer.n_gpus_per_node="$GPUS"',
  'trainer.logger=[console]',
  'trainer.val_before_train=False',
];

/** The files of the run; `name` is the run’s name. */
export function verlFiles(name: string, config: TrainConfig, task: Task, base?: string): readonly ExportFile[] {
  const { model, about } = modelPart(base);
  const reward = verlReward(config, task);
  const { lines, left } = joined(trainingPart(config, task), verlAlgorithm(config), dataPart(config, task), {
    lines: [],
    left: reward.left,
  });
  const run = `#!/bin/sh
# The run ${quoted(name)} of Rollout for verl: its settings and its reward, with the tokens of the model below.
#   pip install verl && GPUS=1 sh run.sh
# On a cluster of Ray this folder lies at the same path on every machine, and:
#   ray start --head --port=6379              on the first
#   ray start --address=FIRST:6379            on each other
#   NODES=2 GPUS=8 sh run.sh                  on the first; GPUS is the number in each machine
# The keys are those of verl b178a3c (2026-01-29).
${about}
${leftComment('script', left)}
HERE="$(cd "$(dirname "$0")" && pwd)"
NODES="\${NODES:-1}"
GPUS="\${GPUS:-1}"
[ -n "$MODEL" ] || MODEL=${shellQuoted(model)}
python3 -m verl.trainer.main_ppo \\
${[...lines, ...machine].map((line) => `    ${line}`).join(' \\\n')}
`;
  return [
    { name: 'run.sh', content: run },
    { name: 'problems.parquet', content: problemsParquet(task, config) },
    { name: 'reward.py', content: reward.text },
  ];
}
