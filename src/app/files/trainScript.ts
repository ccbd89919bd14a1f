/**
 * @file The run as a `train.py` for TRL and PEFT: same settings, problems and reward, on a model of the user’s choice.
 */
import { random } from '../../lib/random.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { Task } from '../../tasks/task.ts';
import { scriptReward } from './trainReward.ts';
import { scriptSettings } from './trainSettings.ts';
import { verifierOf } from './verifiers.ts';

/** Number of problems in the script, drawn as the page draws them. */
const PROBLEMS = 512;

/** TRL’s own message about an empty list is less clear. */
const NO_REWARD =
  '    raise SystemExit("No term of this run\'s reward could be put into the script: write one, and name it in reward_funcs below.")\n';

/** A Python string literal: JSON’s form is one, with control characters and lone surrogates escaped. */
const quoted = (text: string): string => JSON.stringify(text);
/** Escapes NUL, which Python refuses in source, and lone surrogates, which UTF-8 cannot hold. */
const spelled = (text: string): string =>
  text.replace(/\0/g, '\\x00').replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);

/** A Python comment, also where the text contains any line break that Python recognizes. */
const comment = (text: string): string =>
  spelled(text)
    .split(/\r\n?|\n/)
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');

function problems(task: Task, config: TrainConfig): string {
  const drawn = Array.from({ length: PROBLEMS }, (_, index) => {
    const { prompt, answer, difficulty } = task.example(
      random(config.seed, 'train.py', index),
      'train',
      config.difficulty,
    );
    return `    ${JSON.stringify({ problem: prompt, answer, difficulty })},`;
  });
  return `PROBLEMS = [\n${drawn.join('\n')}\n]`;
}

/** A comment after an argument comes after its comma. */
const argument = (line: string): string =>
  line.includes('  #') ? `    ${line.replace('  #', ',  #')}` : `    ${line},`;

const listed = (left: readonly string[]): string =>
  left.length > 0
    ? comment(`Not in this script:\n${left.map((one) => `- ${one}`).join('\n')}`)
    : '# Every setting of the training is in this script.';

/**
 * The script. `name` is the run’s name. Its first line is fixed: a name `coding: x` in one of the first two lines would
 * set the file’s encoding (PEP 263).
 */
export function trainScript(name: string, config: TrainConfig, task: Task): string {
  const reward = scriptReward(config, task);
  const { lines, left } = scriptSettings(config, task, reward);
  const verifier = verifierOf(task.id);
  return `# -*- coding: utf-8 -*-
# The run ${quoted(name)} of Rollout for TRL and PEFT: its settings and its reward on a larger model,
# with that model's tokens.
#   pip install trl peft datasets && python train.py
# Learning rate and rank were found for a model of about a million parameters:
# a larger one usually wants a smaller rate.
${listed(left)}
import math
import re
from fractions import Fraction

from datasets import Dataset
from peft import LoraConfig
from trl import GRPOConfig, GRPOTrainer

MODEL = "Qwen/Qwen2.5-0.5B-Instruct"
INSTRUCTION = ${quoted(verifier.instruction)}

# ${task.title}; ${task.difficulty.label.toLowerCase()} = ${config.difficulty}.
# The page draws problems without end, of which these are ${PROBLEMS}.
${problems(task, config)}


${verifier.code}

def text_of(completion):
    return (completion if isinstance(completion, str) else completion[0]["content"]).strip()


${reward.code}

SETTINGS = GRPOConfig(
${lines.map(argument).join('\n')}
)

LORA = LoraConfig(
    r=${config.rank}, lora_alpha=${config.alpha}, lora_dropout=0.0,
    use_rslora=${config.rsLora === 'on' ? 'True' : 'False'}, task_type="CAUSAL_LM",
    target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
)

if __name__ == "__main__":
    data = Dataset.from_list([{**p, "prompt": [{"role": "user", "content": f"{INSTRUCTION}\\n{p['problem']}"}]} for p in PROBLEMS])
${reward.names.length === 0 ? NO_REWARD : ''}    GRPOTrainer(model=MODEL, args=SETTINGS, train_dataset=data, reward_funcs=[${reward.names.join(', ')}], peft_config=LORA).train()
`;
}
