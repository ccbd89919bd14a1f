/**
 * @file The run as a `train.py` for TRL and PEFT: same settings, problems and reward, on a model of the user’s choice.
 */
import type { TrainConfig } from '../rl/config/config.ts';
import type { Task } from '../tasks/task.ts';
import { leftComment, PROBLEMS, problems, quoted } from './python.ts';
import { scriptReward } from './pythonReward.ts';
import { scriptSettings } from './trlSettings.ts';
import { verifierOf } from './verifier.ts';

/** TRL’s own message about an empty list is less clear. */
const NO_REWARD =
  '    raise SystemExit("No term of this run\'s reward could be put into the script: write one, and name it in reward_funcs below.")\n';

/** A comment after an argument comes after its comma. */
const argument = (line: string): string =>
  line.includes('  #') ? `    ${line.replace('  #', ',  #')}` : `    ${line},`;

/**
 * The script. `name` is the run’s name. Its first line is fixed: a name `coding: x` in one of the first two lines would
 * set the file’s encoding (PEP 263).
 */
export function trainScript(name: string, config: TrainConfig, task: Task): string {
  const reward = scriptReward(config, task);
  const { lines, left } = scriptSettings(config, task, reward);
  const verifier = verifierOf(task);
  return `# -*- coding: utf-8 -*-
# The run ${quoted(name)} of Rollout for TRL and PEFT: its settings and its reward on a larger model,
# with that model's tokens.
#   pip install trl peft datasets && python train.py
# Learning rate and rank were found for a model of about a million parameters:
# a larger one usually wants a smaller rate.
${leftComment('script', left)}
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
