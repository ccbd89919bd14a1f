/** @file The words of the river. */
import { formatCount, formatShare, formatSigned } from '../format.ts';
import { termWords } from '../termWords.ts';
import type { AdvantageRule } from './update.ts';
import type { Phase } from './view.ts';

interface Shares {
  readonly right: number;
  readonly wrong: number;
  readonly open: number;
  readonly gathered: number;
}

/** At most three decimals. */
const plain = (value: number): string => String(Number(value.toFixed(3))).replace('-', '−');

const pair = ([least, most]: readonly [number, number], show: (value: number) => string): string =>
  show(least) === show(most) ? show(most) : `${show(least)} to ${show(most)}`;

const phaseNames: Readonly<Record<Phase, string>> = {
  sample: 'Sample',
  reward: 'Reward',
  advantage: 'Advantage',
  push: 'Push',
  shift: 'Shift',
};

/** Parts of a whole in tenths of a per cent that sum to 1000: the largest remainders are rounded up. */
export function tenthsOf(parts: readonly number[]): number[] {
  const exact = parts.map((part) => 1000 * part);
  const floors = exact.map(Math.floor);
  const missing = Math.round(exact.reduce((sum, part) => sum + part, 0)) - floors.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((_, at) => at).toSorted((a, b) => (exact[b]! % 1) - (exact[a]! % 1));
  return floors.map((floor, at) => floor + (byRemainder.indexOf(at) < missing ? 1 : 0));
}

/** The shares by name, without parts that are 0 unless they are `right` or `wrong` of a judged river. */
const shareText = ({ right, wrong, open, gathered }: Shares, gatheredName: string): string => {
  const [ofRight = 0, ofWrong = 0, ofOpen = 0, ofGathered = 0] = tenthsOf([right, wrong, open, gathered]);
  const parts: readonly (readonly [string, number, boolean])[] = [
    ['right', ofRight, right > 0 || open === 0],
    ['wrong', ofWrong, wrong > 0 || open === 0],
    ['neither right nor wrong', ofOpen, open > 0],
    [gatheredName, ofGathered, ofGathered > 0],
  ];
  return parts
    .filter(([, , isNamed]) => isNamed)
    .map(([name, tenths]) => `${name} ${(tenths / 10).toFixed(1)}\u202f%`)
    .join(', ');
};

const ruleText = (rule: AdvantageRule, algorithm: string, range: readonly [number, number]): string => {
  if (rule.kind === 'none')
    return 'All rewards of this group count alike, so every advantage is 0: this group pushes nothing.';
  const advantages = `from ${formatSigned(range[0])} to ${formatSigned(range[1])}`;
  if (rule.kind === 'own') return `${algorithm} makes advantages of the rewards by its own rule: ${advantages}.`;
  const times =
    rule.spread !== null
      ? ` and the difference divided by the spread (standard deviation) of its rewards, ${plain(rule.spread)}`
      : Math.abs(rule.factor - 1) < 1e-3
        ? ''
        : `, times ${plain(rule.factor)}`;
  const why = rule.spread === null ? 'Above the mean is plus, below it minus.' : termWords.spread;
  return `The group’s mean reward ${plain(rule.mean)} is subtracted${times}: advantages ${advantages}. ${why}`;
};

export const riverWords = {
  name: 'The river',
  summary:
    'Everything the model could answer to one prompt. Each branch is as wide as its probability, computed from the model’s own distributions; nothing is sampled.',
  prompt: 'Prompt',
  answer: 'true answer',
  loading: 'The river of this prompt appears when the model is loaded.',
  first: 'The river appears within the first steps.',
  rebuilt: 'The river of this step appears when the step is rebuilt.',
  failed: (reason: string) => `No river: ${reason.replace(/\.$/, '')}.`,
  views: { film: 'Film', update: 'One update' },
  viewsName: 'What the river shows',
  noUpdate: 'Train one step to see its update.',
  phaseNames,
  phasesName: 'Phases of the update',
  phase: (phase: Phase, at: number) => `${at + 1} ${phaseNames[phase]}`,
  back: 'Back (left arrow key)',
  forward: 'Forward (right arrow key)',
  play: 'Play',
  pause: 'Stop here',
  fold: 'Fold the river',
  unfold: 'Show the river',
  frameOf: (step: number) => (step === 0 ? 'before training' : `after step ${formatCount(step)}`),
  table: 'Show the numbers as a table',
  drawing: 'Show the river',
  drawingName: (prompt: string, shares: Shares) => `River of ${prompt}: ${shareText(shares, 'gathered')}`,
  gathered: 'others',
  whole: `100\u202f%`,
  cost: (share: number) => `Reading it took ${formatShare(share)} of the training time.`,
  film: (when: string, shares: Shares) => `The model ${when}: ${shareText(shares, 'not followed to the end')}.`,
  leftOut: (gathered: number) => `${formatShare(gathered)} of this is drawn together, not answer by answer.`,
  hidden: (numbers: readonly number[]) => `in others: ${numbers.join(', ')} (see the table)`,
  right: 'right',
  wrong: 'wrong',
  cut: 'cut off',
  notJudged: 'neither right nor wrong',
  marks: { right: '✓', wrong: '✗', cut: '…', open: '' },
  times: (count: number) => `×${count}`,
  titles: { probability: 'probability', reward: 'reward', advantage: 'advantage' },
  meanTitle: (mean: number) => `mean ${plain(mean)}`,
  reward: (range: readonly [number, number]) => pair(range, (value) => value.toFixed(2)),
  advantage: (range: readonly [number, number]) => pair(range, formatSigned),
  /** With one decimal, so that a small change shows. */
  percent: (p: number) => (100 * p).toFixed(1),
  points: (change: number) => {
    const points = (100 * change).toFixed(1);
    return Number(points) === 0 ? '±0.0' : change > 0 ? `+${points}` : points.replace('-', '−');
  },
  sample: (count: number, distinct: number) =>
    `${count} answers run down the river: where it is wider, more of them go. They are ${distinct} different ones, and grey until they are judged.`,
  judged: (right: number, wrong: number, mean: number) =>
    `The verifier stamps every answer: ${right} right, ${wrong} wrong. Their mean reward is ${plain(mean)}.`,
  graded: (mean: number) => `The verifier gives every answer a reward. Their mean is ${plain(mean)}.`,
  rule: ruleText,
  noAdvantages: (algorithm: string) =>
    `${algorithm} compares pairs of answers and has no advantages; the next phase but one shows what it changed.`,
  push: (up: string | null, down: string | null) =>
    `The advantages go back to the tokens of each answer.${up ? ` Pushed up most: ${up}.` : ''}${down ? ` Pushed down most: ${down}.` : ''}`,
  noPush: 'Nothing is pushed by this group.',
  pushed: (text: string, net: number, count: number) =>
    `“${text}” ${formatSigned(net)} (${count === 1 ? '1 answer' : `${count} answers`})`,
  shift: (before: number, after: number, others: boolean) =>
    `The river after the update: right ${(100 * before).toFixed(1)} → ${(100 * after).toFixed(1)}\u202f%.${others ? ' The other groups of the step moved it too.' : ''}`,
  still: 'Nothing moved: every probability is the same as before the update, as with a learning rate of 0.',
  noBefore: 'The model before this step is no longer in memory; this is the river now.',
  ofStep: (step: number, group: number, count: number) => `Step ${formatCount(step)}, group ${group} of ${count}.`,
  pin: 'Film this prompt',
  pinHint: 'The film goes on with the prompt of this update; it begins anew.',
  columns: {
    completion: 'Answer',
    verdict: 'Verdict',
    probability: 'Probability',
    before: 'Before',
    after: 'After',
    numbers: 'In the group',
    reward: 'Reward',
    advantage: 'Advantage',
    token: 'Token',
    at: 'After',
    push: 'Sum of advantages',
    through: 'Answers through it',
  },
  gatheredRow: 'Everything else',
  totalRow: 'Together',
  tokensTable: 'Tokens of the group’s answers',
  answersTable: 'Answers',
  tableName: 'Numbers of the river',
  start: 'the start',
};
