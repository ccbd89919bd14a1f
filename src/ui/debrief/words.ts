/** @file The words of the debrief. */
import { formatCount, formatNumber, formatRange, formatShare } from '../format.ts';
import { termWords } from '../termWords.ts';
import type { ChangeView, DebriefView, MethodView, NextStep } from './view.ts';

/** A method whose share is at most this far from all or none of the answers is used nearly always or hardly ever. */
const NEARLY = 0.05;

const pair = ({ before, after, unit }: ChangeView): string => {
  if (unit !== 'share') return `${formatNumber(before)} → ${formatNumber(after)}${unit && `\u202f${unit}`}`;
  const [low, high] = [formatShare(before), formatShare(after)];
  return `${low.replace(/\u202f%$/, '')} → ${high}`;
};

/** Percentage points with a sign; small ones with a decimal, so that they do not round to 0. */
const points = (value: number): string => {
  const size = Math.abs(100 * value);
  const text = size.toFixed(size < 9.95 ? 1 : 0);
  return `${Number(text) === 0 ? '' : value < 0 ? '\u2212' : '+'}${text}`;
};

const moreOf = (method: MethodView): string =>
  `${method.after >= 1 - NEARLY ? `now nearly always ${method.does}` : `${method.does} more often`} (${pair(method)} of its answers)`;

const lessOf = (method: MethodView): string =>
  `${method.after <= NEARLY ? `hardly ever ${method.does} any more` : `${method.does} less often`} (${pair(method)})`;

/** The change of the policy's answers in a sentence, from the shares of the methods, else from the results. */
function behaviour({ rose, fell, heldOut, lead }: Pick<DebriefView, 'rose' | 'fell' | 'heldOut' | 'lead'>): string {
  const parts = [...(rose ? [moreOf(rose)] : []), ...(fell ? [lessOf(fell)] : [])];
  if (parts.length > 0) return `The policy ${parts.join(' and ')}.`;
  const { verdict = 'open' } = heldOut ?? lead[0] ?? {};
  if (verdict === 'open') return 'The policy answers as before: this run shows no change that stands out from chance.';
  return `The policy answers in the same ways as before, with ${verdict === 'rose' ? 'better' : 'worse'} results.`;
}

/** A sentence on one of the leading numbers. */
function leadNote({ id, verdict, after }: ChangeView): string {
  if (id === 'kl_exact') return termWords.klFactor(after);
  if (id.startsWith('methods/') && verdict === 'open')
    return 'No clear change: it takes this way more often, and did not clearly get better at it.';
  if (verdict === 'open') return 'No clear change.';
  return id.startsWith('eval/') ? 'On problems it never trained on.' : '';
}

const whyLesson = ({ why }: NextStep & { kind: 'lesson' }): string => {
  if (why === 'hacking')
    return 'The reward rose and held-out accuracy did not. This lesson shows how that comes about:';
  if (why === 'entropy') return 'Entropy fell to a fraction of its beginning. This lesson shows what that costs:';
  return 'See the parts of what just happened, one by one:';
};

export const debriefWords = {
  name: 'What this run did',
  about: (step: number, window: number, measured: number | null) =>
    `After step ${formatCount(step)}: means of the first ${window} and the last ${window} steps.${measured === null ? '' : ` Held-out problems: before training and after step ${formatCount(measured)}.`}`,
  fold: 'Fold the debrief',
  unfold: 'Show the debrief',
  behaviour,
  leadNote,
  lead: 'In three numbers',
  more: (count: number) => `All ${count} measures, and another prompt`,
  answersBy: (label: string) => `answers by “${label}”`,
  noHeldOut: 'Held-out accuracy was not measured before and after training, so these are training numbers only.',
  rightOf: (method: string) => `${method}, right when used`,
  changed: 'Changed',
  unchanged: 'No clear change',
  nothing: 'Nothing.',
  pair,
  interval: ({ change, unit }: ChangeView): string => {
    if (!change) return '';
    return unit === 'share'
      ? `${points(change[0])} to ${points(change[1])} points`
      : `by ${formatRange(change, unit).slice(1, -1).replace(', ', ' to ')}`;
  },
  rule: 'Changed: the 95 % interval of the difference leaves out 0. Chance alone would put about one line in twenty there.',
  sides: 'A held-out prompt, before and after training',
  moreSides: 'Another one',
  asking: 'Both policies are answering …',
  notAsked: (reason: string) => `No answers: ${reason.replace(/\.$/, '')}.`,
  prompt: 'Prompt',
  answer: 'true answer',
  next: 'Next',
  nextWhy: (next: NextStep): string => {
    switch (next.kind) {
      case 'lesson':
        return whyLesson(next);
      case 'more':
        return 'There is room to learn:';
      case 'preset':
        return 'The same on another task:';
      case 'seed':
        return 'Once is luck or not? The same run with other random numbers:';
    }
  },
  nextDo: (next: NextStep): string => {
    switch (next.kind) {
      case 'lesson':
        return `Lesson: ${next.title}`;
      case 'more':
        return `Train ${formatCount(next.steps)} more steps`;
      case 'preset':
        return `Train ${next.title}`;
      case 'seed':
        return `Train with seed ${next.seed}`;
    }
  },
};
