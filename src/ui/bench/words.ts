/** @file The words of the bench. */
import { termWords } from '../termWords.ts';
import { formatCompact, formatCount, formatNumber } from '../format.ts';

const percent = (logProb: number): string => formatNumber(100 * Math.exp(logProb));

export const benchWords = {
  title: (step: number) => `Same group, other algorithms: step ${formatCount(step)}`,
  close: 'Close',
  summary:
    'The weights before this step are frozen. Every column makes one real update from them, with the same completions and the same other groups of the step; the run is not touched.',
  building: (step: number, target: number) =>
    step === target
      ? 'Loading the weights …'
      : `Bringing the weights back: step ${formatCount(step)} of ${formatCount(target)} is trained again …`,
  failed: (reason: string) => `The weights before this step cannot be brought back: ${reason.replace(/\.$/, '')}.`,
  tooLarge: (most: number) =>
    `the model would stand in memory a second time, which the page does for models of up to ${formatCompact(most)} parameters`,
  adjusted: 'Settings were changed during this run; every column has the present ones.',
  table: 'One update of this group under each algorithm',
  completion: 'Completion',
  algorithmOf: (place: number) => `Algorithm of column ${place}`,
  add: 'Add an algorithm',
  remove: (title: string) => `Remove the column of ${title}`,
  asRun: (title: string) => `${title}, as in this run`,
  own: 'Your objective',
  working: 'makes its update …',
  refused: (reason: string) => `No update: ${reason.replace(/\.$/, '')}.`,
  noAdvantage: 'no advantage',
  noAdvantageHint: 'It compares pairs, or learns from demonstrations.',
  leftOut: 'left out',
  leftOutHint: 'The algorithm leaves this group out; the other groups of the step move it.',
  probability: 'probability',
  change: (before: number, after: number) => `${percent(before)} → ${percent(after)}\u202f%`,
  up: 'more likely',
  down: 'less likely',
  pushes: (total: number) => `push on its tokens together ${formatNumber(total)}`,
  push: (value: number) => `push ${value > 0 ? '+' : ''}${formatNumber(value)}`,
  together: 'Right ones together',
  klMoved: 'KL moved',
  klHint: 'KL(after ‖ before), exact over the vocabulary, the mean over the group’s tokens, in nats.',
  topPush: 'Largest push',
  topHint: '−d loss / d log p of one token of this group: the scale of the column’s shades.',
  gradNorm: 'Gradient norm',
  gradHint: 'Before clipping. Adam divides by the size of earlier gradients, so that it says little about the move.',
  formula: 'Loss of each token',
  settings: 'Other numbers',
  leavesOut: 'Its loss also moves the policy through entropy, whole distributions or a critic; shades leave that out.',
  hint: 'A token with a mark at its foot is pushed up, at its head down; every column has its own scale. Point at or tap a symbol or a number to light the part that it changes.',
  lit: {
    none: (symbol: string) => `${symbol}: nothing in this table depends on it alone.`,
    advantage: (symbol: string, title: string) => `${symbol} makes the advantages of ${title}.`,
    after: (symbol: string, title: string) => `${symbol} scales how far the update of ${title} goes.`,
    tokens: (symbol: string, moved: number, of: number) =>
      moved === 0
        ? `${symbol} moved by a tenth changes no push of this group’s ${formatCount(of)} tokens at this first update.`
        : `${symbol} moved by a tenth changes the push on ${formatCount(moved)} of this group’s ${formatCount(of)} tokens.`,
  },
  why: `${termWords.spread} ${termWords.clip} KL moved is how far this one update took the policy. ${termWords.nat}`,
  save: 'Save as CSV',
  continueTitle: 'Train on from this step',
  continueAbout: (step: number) =>
    `Every algorithm of the table trains on from ${step === 0 ? 'the base' : `the weights and the optimizer after step ${formatCount(step)}`}, once with each seed; the first seed is that of the run. The runs train one after the other, and the present run ends where it is and stays kept.`,
  continueAll: 'Continue all',
  notKept: 'This run is not kept in this browser, so that no other run can continue it.',
};
