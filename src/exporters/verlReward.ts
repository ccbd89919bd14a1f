/** @file The reward of a run as verl’s `compute_score`: terms that one completion decides. */
import type { TrainConfig } from '../rl/config/config.ts';
import { counts, rewardTerms, type ShapedTerm } from '../rl/rewards/composition.ts';
import type { Task } from '../tasks/task.ts';
import { leftOut } from './pythonReward.ts';
import { verifierOf } from './verifier.ts';

const scores: Readonly<Record<string, string>> = { answer: 'float(correct)', format: 'float(well_formed)' };

const decided = ({ id, own, centring, schedule }: ShapedTerm): boolean =>
  !own && Object.hasOwn(scores, id) && centring === 'none' && schedule.kind === 'constant';

function addend({ id, weight, clip, onlyWhenCorrect }: ShapedTerm): string {
  const score = scores[id] as string;
  const held = clip ? `min(${clip[1]}, max(${clip[0]}, ${score}))` : score;
  return `${weight} * (${onlyWhenCorrect ? `${held} if correct else 0.0` : held})`;
}

/** `reward.py`, and the terms that it leaves out. */
export function verlReward(
  config: TrainConfig,
  task: Task,
): { readonly text: string; readonly left: readonly string[] } {
  const terms = rewardTerms(task, config).filter(counts);
  const kept = terms.filter(decided);
  return {
    text: `# -*- coding: utf-8 -*-
import re
from decimal import Decimal
from fractions import Fraction

${verifierOf(task).code}

def compute_score(data_source, solution_str, ground_truth, extra_info=None):
    """The reward of a completion, called by verl."""
    problem = {**(extra_info or {}), "answer": ground_truth}
    correct, well_formed = verify(problem, solution_str.strip())
    return ${kept.length === 0 ? '0.0' : kept.map(addend).join(' + ')}
`,
    left: terms.filter((term) => !kept.includes(term)).map((term) => leftOut(term, task)),
  };
}
