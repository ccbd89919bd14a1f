/** @file "Reinforcement fine-tuning naturally mitigates forgetting" (arXiv 2507.05386), at equal accuracy on new tasks. */
import { type Experiment, type ExperimentRun, ours, type Rule } from '../experiment.ts';
import {
  disagreement,
  divergence,
  equallyLearnt,
  fast,
  figures,
  grpo,
  kept,
  lost,
  meanOf,
  multitask,
  preconditions,
  sftExpert,
  sftLabels,
  sftOwn,
} from './forgetting.ts';

const penalised = grpo('0.1');
const free = grpo('0');
const offStyle = [sftExpert, sftLabels];

/** Points by which the method must lose less, and within which the penalty counts as irrelevant. */
const LESS = 10;
const SAME = 5;

const losesLess = (of: typeof free, than: typeof free): Rule => ({
  rule: `{${of.id}} loses at least ${LESS} points less on earlier rules than {${than.id}}`,
  holds(runs) {
    const [own, other] = [of, than].map((arm) => meanOf(lost, runs, arm));
    return own !== null && own !== undefined && other !== null && other !== undefined && other - own >= LESS;
  },
});

/** The losses of SFT by the style of its demonstrations, where the base's own is kept best. */
function distanceMatters(runs: readonly ExperimentRun[]): string | null {
  const [own, labels, expert] = [sftOwn, sftLabels, sftExpert].map((arm) => meanOf(lost, runs, arm));
  if (typeof own !== 'number' || typeof labels !== 'number' || typeof expert !== 'number') return null;
  if (own >= Math.min(labels, expert)) return null;
  return `SFT forgets by the distance of its demonstrations from the base: ${own.toFixed(1)} points in the base’s way, ${labels.toFixed(1)} with answers alone, ${expert.toFixed(1)} in another’s way.`;
}

export const paper2: Experiment = {
  id: 'paper-2',
  paper: 2,
  claim:
    'Of tasks learnt in order, fine-tuning by reinforcement keeps the earlier ones where supervised fine-tuning on others’ answers forgets them, and the KL penalty is not the reason.',
  method:
    'Four of seven rules on letters, each asked until four in five training completions are right, so that the arms are compared at equal accuracy; 32 held-out problems of every rule with 4 completions each, at the base and whenever a rule is left. Adapters of rank 32. The rates were chosen by hand on seed 101, among two or three for GRPO without the penalty and for each SFT arm, as those that kept most of the earlier rules; the arms with a penalty have the rate of the one without; two arms have twice that rate, and no rule reads them.',
  preset: 'default',
  policies: ['strings7'],
  arms: [penalised, free, ...offStyle, sftOwn, fast('0'), fast('0.1'), multitask],
  metrics: figures,
  comparisons: [...offStyle, sftOwn].map(({ id }) => ({ of: free.id, against: id, metric: kept.id })),
  methodArm: penalised.id,
  measure: { metric: kept.id, best: 'highest', arms: [penalised, free, ...offStyle, sftOwn].map(({ id }) => id) },
  power: { of: free.id, against: sftLabels.id, metric: kept.id },
  live: { of: free.id, against: sftExpert.id, side: 'above', recorded: sftOwn.id },
  figure: { kind: 'pareto', x: divergence.id, y: kept.id, scale: 'log' },
  says: disagreement,
  finding: distanceMatters,
  preconditions: [...preconditions, equallyLearnt([penalised, free, ...offStyle])],
  rules: [
    ...offStyle.flatMap((arm) => [losesLess(penalised, arm), losesLess(free, arm)]),
    ours({
      rule: `{${free.id}} and {${penalised.id}} keep the earlier rules within ${SAME} points of each other`,
      holds(runs) {
        const [first, second] = [free, penalised].map((arm) => meanOf(kept, runs, arm));
        return typeof first === 'number' && typeof second === 'number' && Math.abs(first - second) <= SAME;
      },
    }),
    ours(losesLess(free, sftOwn)),
  ],
};
