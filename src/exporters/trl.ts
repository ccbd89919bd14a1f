/**
 * @file The run as a `train.py` for TRL and PEFT: same settings, problems and reward, on a model of the user’s choice.
 */
import { targetModule } from '../policy/hubLayout.ts';
import { loraTargets } from '../policy/loraConfig.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { trainsAll } from '../rl/algorithm/configured.ts';
import { isOwnTask } from '../tasks/own/ownTask.ts';
import type { Task } from '../tasks/task.ts';
import { PROBLEMS, problemsOf, promptedProblems } from './problems.ts';
import { comment, type ExportFile, leftComment, modelPart, quoted } from './python.ts';
import { scriptReward } from './pythonReward.ts';
import { scriptSettings } from './trlSettings.ts';
import { verifierOf } from './verifier.ts';

/** Where a script with a data file has its problems. */
const PROBLEM_FILE = 'problems.jsonl';

/** TRL’s own message about an empty list is less clear. */
const NO_REWARD =
  '    raise SystemExit("No term of this run\'s reward could be put into the script: write one, and name it in reward_funcs below.")\n';

/** A comment after an argument comes after its comma. */
const argument = (line: string): string =>
  line.includes('  #') ? `    ${line.replace('  #', ',  #')}` : `    ${line},`;

/** `PROBLEMS`, a list of dicts, in the script or beside it. */
function problemsPart(task: Task, config: TrainConfig): string {
  const difficulty = `${task.difficulty.label.toLowerCase()} = ${config.difficulty}`;
  if (isOwnTask(task))
    return `${comment(`${task.title}; ${difficulty}. Its training problems are in the file beside this script.`)}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "${PROBLEM_FILE}"), encoding="utf-8") as lines:
    PROBLEMS = [json.loads(line) for line in lines]`;
  const drawn = problemsOf(task, config).map((problem) => `    ${JSON.stringify(problem)},`);
  return `INSTRUCTION = ${quoted(verifierOf(task).instruction)}

# ${task.title}; ${difficulty}.
# The page draws problems without end, of which these are ${PROBLEMS}.
PROBLEMS = [\n${drawn.join('\n')}\n]`;
}

/** The problems with their prompts as chats, for the trainer. */
const datasetLine = (task: Task): string =>
  isOwnTask(task)
    ? 'Dataset.from_list(PROBLEMS)'
    : `Dataset.from_list([{**p, "prompt": [{"role": "user", "content": f"{INSTRUCTION}\\n{p['problem']}"}]} for p in PROBLEMS])`;

/** The adapter in PEFT's words; None where all weights are trained. */
function loraPart(config: TrainConfig): string {
  if (trainsAll(config)) return '# All weights are trained.\nLORA = None';
  return `LORA = LoraConfig(
    r=${config.rank}, lora_alpha=${config.alpha}, lora_dropout=0.0,
    use_rslora=${config.rsLora === 'on' ? 'True' : 'False'}, task_type="CAUSAL_LM",
    target_modules=[${loraTargets.map((target) => quoted(targetModule(target))).join(', ')}],
)`;
}

/**
 * The script. `name` is the run’s name. Its first line is fixed: a name `coding: x` in one of the first two lines would
 * set the file’s encoding (PEP 263).
 */
export function trainScript(name: string, config: TrainConfig, task: Task, base?: string): string {
  const { model, about } = modelPart(base);
  const reward = scriptReward(config, task);
  const { lines, left } = scriptSettings(config, task, reward);
  const verifier = verifierOf(task);
  return `# -*- coding: utf-8 -*-
# The run ${quoted(name)} of Rollout for TRL and PEFT: its settings and its reward, with the tokens of the
# model below.
#   pip install trl peft datasets && python train.py
${about}
${leftComment('script', left)}
import json
import math
import os
import re
from decimal import Decimal
from fractions import Fraction

from datasets import Dataset
from peft import LoraConfig
from trl import GRPOConfig, GRPOTrainer

MODEL = ${quoted(model)}
${problemsPart(task, config)}


${verifier.code}

def text_of(completion):
    return (completion if isinstance(completion, str) else completion[0]["content"]).strip()


${reward.code}

SETTINGS = GRPOConfig(
${lines.map(argument).join('\n')}
)

${loraPart(config)}

if __name__ == "__main__":
    data = ${datasetLine(task)}
${reward.names.length === 0 ? NO_REWARD : ''}    GRPOTrainer(model=MODEL, args=SETTINGS, train_dataset=data, reward_funcs=[${reward.names.join(', ')}], peft_config=LORA).train()
`;
}

/** The script, and beside it the problems of a data file. */
export const trlFiles = (name: string, config: TrainConfig, task: Task, base?: string): readonly ExportFile[] => [
  { name: 'train.py', content: trainScript(name, config, task, base) },
  ...(isOwnTask(task)
    ? [
        {
          name: PROBLEM_FILE,
          content: promptedProblems(task, config)
            .map((problem) => `${JSON.stringify(problem)}\n`)
            .join(''),
        },
      ]
    : []),
];
