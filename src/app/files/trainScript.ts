/** @file The run as a `train.py` for TRL and PEFT: same settings, same problems' distribution, same reward, on a model of one's choice. */
import { random } from '../../lib/random.ts';
import { choices, NO_PRIOR_PROMPT } from '../../rl/choices.ts';
import { knobs, type TrainConfig } from '../../rl/config.ts';
import type { Task } from '../../tasks/task.ts';
import { scriptReward } from './trainReward.ts';
import { verifierOf } from './verifiers.ts';

/** Problems that the script carries; they are drawn as the page draws them. */
const PROBLEMS = 512;

/** What TRL calls an algorithm of ours: its `loss_type` and what else it sets. */
const lossTypes: Readonly<Record<string, readonly string[]>> = {
  grpo: ['loss_type="grpo"'], bnpo: ['loss_type="bnpo"'], drGrpo: ['loss_type="dr_grpo"', 'scale_rewards="none"'], dapo: ['loss_type="dapo"', 'mask_truncated_completions=True'],
  cispo: ['loss_type="cispo"'], sapo: ['loss_type="sapo"'], gspo: ['loss_type="grpo"', 'importance_sampling_level="sequence"'],
};

/** A string as Python writes it; JSON's form is one. */
const quoted = (text: string): string => JSON.stringify(text);
const python = (value: number): string => String(value);
/** Every line of it: what a Python reader takes for the end of a line ends one here. */
const comment = (text: string): string => text.split(/\r\n?|\n/).map((line) => `# ${line}`.trimEnd()).join('\n');

function problems(task: Task, config: TrainConfig): string {
  const drawn = Array.from({ length: PROBLEMS }, (_, index) => {
    const { prompt, answer, difficulty } = task.example(random(config.seed, 'train.py', index), 'train', config.difficulty);
    return `    ${JSON.stringify({ problem: prompt, answer, difficulty })},`;
  });
  return `PROBLEMS = [\n${drawn.join('\n')}\n]`;
}

function settings(config: TrainConfig, weights: readonly number[]): string {
  const loss = Object.hasOwn(lossTypes, config.algorithm) ? lossTypes[config.algorithm] : undefined;
  const lines = [
    'output_dir="rollout"', `seed=${config.seed}`, `learning_rate=${python(config.learningRate)}`, `max_steps=${config.maxSteps}`, `warmup_steps=${config.warmupSteps}`, 'lr_scheduler_type="constant_with_warmup"',
    `num_generations=${config.numGenerations}`, `per_device_train_batch_size=${config.promptsPerStep * config.numGenerations}  # ${config.promptsPerStep} prompts a step`, 'gradient_accumulation_steps=1',
    `num_iterations=${config.numIterations}`, `beta=${python(config.beta)}`, `epsilon=${python(config.epsilon)}`, `temperature=${python(config.temperature)}`, `max_grad_norm=${python(config.maxGradNorm)}`,
    `top_entropy_quantile=${python(config.topEntropyQuantile)}`,
    'max_completion_length=64', ...(loss ?? ['loss_type="grpo"']), `reward_weights=[${weights.map(python).join(', ')}]`, 'logging_steps=1',
  ];
  return `SETTINGS = GRPOConfig(\n${lines.map((line) => (line.includes('  #') ? `    ${line.replace('  #', ',  #')}` : `    ${line},`)).join('\n')}\n)`;
}

/** What of the run the script does not do. */
function omissions(config: TrainConfig, task: Task, left: readonly string[]): readonly string[] {
  return [
    ...(Object.hasOwn(lossTypes, config.algorithm) ? [] : [`the algorithm "${config.algorithm}": TRL's GRPO trainer has no such loss, GRPO's stands in its place`]),
    ...(config.objectiveText === '' ? [] : ['the objective of your own:\n' + config.objectiveText]),
    ...(verifierOf(task.id).faithful ? [] : [`the verifier of the task "${task.id}": completions are compared with one stored answer`]),
    ...(config.rollouts === choices.rollouts.default ? [] : [`rollouts that an earlier policy wrote (${choices.rollouts.id} = ${config.rollouts})`]),
    ...(config.promptSampler === choices.promptSampler.default ? [] : [`the choice of prompts "${config.promptSampler}": all are of difficulty ${config.difficulty}`]),
    ...(config.priorPrompt === NO_PRIOR_PROMPT ? [] : [`the prior prompt "${config.priorPrompt}"`]),
    ...(config.verifierErrorRate > 0 ? [`${knobs.verifierErrorRate.label} = ${config.verifierErrorRate}`] : []),
    ...(config.shuffleRewards ? ['the shuffling of rewards (control arm)'] : []),
    ...(config.numMinibatches > 1 ? [`${knobs.numMinibatches.label} = ${config.numMinibatches}`] : []),
    ...(config.entropyCoef > 0 ? [`${knobs.entropyCoef.label} = ${config.entropyCoef}`] : []),
    ...left,
  ];
}

/** The script. `name` is the run's. */
export function trainScript(name: string, config: TrainConfig, task: Task): string {
  const reward = scriptReward(config, task);
  const left = omissions(config, task, reward.left);
  const verifier = verifierOf(task.id);
  return `# The run ${JSON.stringify(name)} of Rollout for TRL and PEFT: the same settings and the same reward on a larger model.
#   pip install trl peft datasets && python train.py
# Learning rate and rank were found for a model of about a million parameters: a larger one usually wants a smaller rate.
${left.length > 0 ? comment(`Not in this script:\n${left.map((one) => `- ${one}`).join('\n')}`) : '# Everything of the run is in this script.'}
import math
import re
from fractions import Fraction

from datasets import Dataset
from peft import LoraConfig
from trl import GRPOConfig, GRPOTrainer

MODEL = "Qwen/Qwen2.5-0.5B-Instruct"
INSTRUCTION = ${quoted(verifier.instruction)}

# ${task.title}; ${task.difficulty.label.toLowerCase()} = ${config.difficulty}
${problems(task, config)}


${verifier.code}

def text_of(completion):
    return (completion if isinstance(completion, str) else completion[0]["content"]).strip()


${reward.code}

${settings(config, reward.weights)}

LORA = LoraConfig(
    r=${config.rank}, lora_alpha=${config.alpha}, lora_dropout=0.0, task_type="CAUSAL_LM",
    target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
)

if __name__ == "__main__":
    data = Dataset.from_list([{**p, "prompt": [{"role": "user", "content": f"{INSTRUCTION}\\n{p['problem']}"}]} for p in PROBLEMS])
    GRPOTrainer(model=MODEL, args=SETTINGS, train_dataset=data, reward_funcs=[${reward.names.join(', ')}], peft_config=LORA).train()
`;
}
