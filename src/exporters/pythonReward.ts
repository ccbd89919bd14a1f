/** @file The reward of `train.py`: the terms as Python functions, shaped and weighted as in the run. */
import { counts, rewardTerms, type ShapedTerm } from '../rl/rewards/composition.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { termsOf } from '../rl/rewards/sharedTerms.ts';
import type { Task } from '../tasks/task.ts';

const judged = 'for problem, completion in zip(asked, map(text_of, completions))';
/** Terms that Python can score: the verifier’s from its verdict, others from the tokens of the completion. */
const scores: Readonly<Record<string, (config: TrainConfig) => string>> = {
  answer: () => `float(verify(problem, completion)[0]) ${judged}`,
  format: () => `float(verify(problem, completion)[1]) ${judged}`,
  repetition: ({ repetitionNgram }) => `repeated(ids, ${repetitionNgram}) for ids in completion_ids`,
};

export interface ScriptReward {
  /** Python functions and their helpers. */
  readonly code: string;
  /** Names of the functions in the order of their weights. */
  readonly names: readonly string[];
  readonly weights: readonly number[];
  /** A weight changes from step to step, inside its function. */
  readonly weightsMove: boolean;
  /** Untranslated settings, as sentences. */
  readonly left: readonly string[];
}

const isPlain = ({ clip, centring, onlyWhenCorrect }: ShapedTerm): boolean =>
  clip === null && centring === 'none' && !onlyWhenCorrect;
const isMoving = ({ schedule }: ShapedTerm): boolean => schedule.kind !== 'constant';

const shape = `def shape(scores, right, groups, low=None, high=None, only_right=False, centre=None):
    """A term's scores as the reward takes them: clipped, paid only to right answers, centred, in this order."""
    if low is not None:
        scores = [min(high, max(low, score)) for score in scores]
    if only_right:
        scores = [score if is_right else 0.0 for score, is_right in zip(scores, right)]
    if centre is None:
        return scores
    keys = groups if centre == "group" else [None] * len(scores)
    mean = {key: sum(s for s, k in zip(scores, keys) if k == key) / keys.count(key) for key in set(keys)}
    return [score - mean[key] for score, key in zip(scores, keys)]
`;

const repeated = `def repeated(tokens, size):
    """Minus the share of n-grams that were written before (arXiv 2502.03373, appendix C.2)."""
    grams = [tuple(tokens[i:i + size]) for i in range(len(tokens) - size + 1)]
    return len(set(grams)) / len(grams) - 1 if grams else 0.0
`;

const moving = `def weight_at(step, start, end, steps, kind):
    """A weight on its way from \`start\` to \`end\` over the first steps."""
    share = min(1.0, step / steps)
    return start + (end - start) * (share if kind == "linear" else (1 - math.cos(math.pi * share)) / 2)
`;

function shaping(term: ShapedTerm): string {
  const { clip, centring, onlyWhenCorrect } = term;
  const parts = [
    ...(clip ? [`low=${clip[0]}, high=${clip[1]}`] : []),
    ...(onlyWhenCorrect ? ['only_right=True'] : []),
    ...(centring === 'none' ? [] : [`centre="${centring}"`]),
  ];
  return parts.length === 0
    ? ''
    : `    right = [verify(problem, completion)[0] for problem, completion in zip(asked, map(text_of, completions))]
    scores = shape(scores, right, list(zip(problem, answer)), ${parts.join(', ')})
`;
}

/** TRL’s step is an update; one rollout has `updates` of them. */
function rewardFunction(term: ShapedTerm, task: Task, config: TrainConfig): string {
  const { id, schedule, weight, shared } = term;
  const scheduled =
    schedule.kind === 'constant'
      ? 'scores'
      : `[weight_at(trainer_state.global_step, ${weight}, ${schedule.to}, ${schedule.steps * config.numIterations}, "${schedule.kind}") * score for score in scores]`;
  const fields = ['problem', 'answer', 'difficulty', ...(task.python?.columns ?? [])];
  return `def ${id}(completions, ${fields.join(', ')}${shared ? ', completion_ids' : ''}${isMoving(term) ? ', trainer_state' : ''}, **_):
    """${summaryOf(task, id)}"""
    asked = [dict(zip(${JSON.stringify(fields)}, values)) for values in zip(${fields.join(', ')})]
    scores = [${scores[id]?.(config) ?? ''}]
${shaping(term)}    return ${scheduled}
`;
}

const summaryOf = (task: Task, id: string): string =>
  termsOf(task)
    .find((term) => term.id === id)
    ?.summary.trim() ?? '';

export function leftOut({ id, weight, own }: ShapedTerm, task: Task): string {
  if (own)
    return `the reward term "${id}" (weight ${weight}): JavaScript of your own is not translated; write it in Python as one more reward function:\n${own.code}`;
  return `the reward term "${id}" (weight ${weight}): ${summaryOf(task, id)}`;
}

/** The reward of a run in Python; terms with weight 0 are left out. */
export function scriptReward(config: TrainConfig, task: Task): ScriptReward {
  const terms = rewardTerms(task, config).filter(counts);
  const translated = terms.filter(({ id, own }) => !own && Object.hasOwn(scores, id));
  const code = [
    ...(translated.some((term) => !isPlain(term)) ? [shape] : []),
    ...(translated.some(isMoving) ? [moving] : []),
    ...(translated.some(({ shared }) => shared) ? [repeated] : []),
    ...translated.map((term) => rewardFunction(term, task, config)),
  ];
  return {
    code: code.join('\n\n'),
    names: translated.map(({ id }) => id),
    weights: translated.map((term) => (isMoving(term) ? 1 : term.weight)),
    weightsMove: translated.some(isMoving),
    left: terms.filter((term) => !translated.includes(term)).map((term) => leftOut(term, task)),
  };
}
