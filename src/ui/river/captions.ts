/** @file The sentence under the river, which is also announced: what this phase of the update or of the film shows. */
import { shortToken } from './marks.ts';
import { keysOf, sharesOf, drawnTree } from './tree.ts';
import { arrivalsOf, meanReward, pushesOf, ruleOf } from './update.ts';
import { type Phase, phases, type RiverView, type UpdateView } from './view.ts';
import { riverWords as words } from './words.ts';

/** Shares of all that was read, whatever is drawn of it. */
function readShares({ nodes }: RiverView, policy: number) {
  const root = drawnTree(nodes, Infinity);
  return root ? sharesOf(root, policy) : { right: 0, wrong: 0, open: 0, gathered: 1 };
}

/** The token that the group's advantages push most in one direction, of those where the river divides. */
function mostPushed({ river, completions }: UpdateView, direction: 1 | -1): string | null {
  const keys = keysOf(river.nodes);
  const pushes = pushesOf(completions);
  const siblings = new Map<number, number>();
  for (const { parent } of river.nodes) siblings.set(parent, (siblings.get(parent) ?? 0) + 1);
  const found = river.nodes.flatMap(({ parent, text, kind }, at) => {
    const push = pushes.get(keys[at] ?? '');
    const counts = push && kind !== 'end' && (siblings.get(parent) ?? 0) > 1 && push.net * direction > 0;
    return counts ? [{ text, ...push }] : [];
  });
  const most = found.toSorted((a, b) => Math.abs(b.net) - Math.abs(a.net))[0];
  return most ? words.pushed(shortToken(most.text, 12), most.net, most.count) : null;
}

const byPhase: Readonly<Record<Phase, (update: UpdateView) => string>> = {
  sample: ({ completions }) => words.sample(completions.length, arrivalsOf(completions).size),
  reward: ({ completions, isGraded }) => {
    if (isGraded) return words.graded(meanReward(completions));
    const right = completions.filter(({ correct }) => correct).length;
    return words.judged(right, completions.length - right, meanReward(completions));
  },
  advantage: ({ completions, algorithm, hasAdvantages }) => {
    if (!hasAdvantages) return words.noAdvantages(algorithm);
    const advantages = completions.map(({ advantage }) => advantage);
    return words.rule(ruleOf(completions), algorithm, [Math.min(...advantages), Math.max(...advantages)]);
  },
  push: (update) => {
    if (!update.hasAdvantages) return words.noAdvantages(update.algorithm);
    const [up, down] = [mostPushed(update, 1), mostPushed(update, -1)];
    return up === null && down === null ? words.noPush : words.push(up, down);
  },
  shift: ({ river, hasOthers }) => {
    if (!river.hasBefore) return words.noBefore;
    const isStill = river.nodes.every(({ probabilities: [before, after] }) => before === after);
    return isStill ? words.still : words.shift(readShares(river, 0).right, readShares(river, 1).right, hasOthers);
  },
};

/** The sentence of a phase, with the probability that is not drawn; by default that which was not read. */
export function phaseCaption(update: UpdateView, phase: Phase, gathered?: number | null): string {
  const policy = phase === 'shift' && update.river.hasBefore ? 1 : 0;
  const { step, group, groups } = update;
  return `${words.ofStep(step, group, groups)} ${byPhase[phase](update)} ${words.leftOut(gathered ?? readShares(update.river, policy).gathered)}`;
}

/** The name of the phase and the probability that is not drawn, where the phase is explained beside the drawing. */
export const shortCaption = (phase: Phase, gathered: number): string =>
  `${words.phase(phase, phases.indexOf(phase))}. ${words.leftOut(gathered)}`;

/** The sentence of a picture of the film. */
export function filmCaption(river: RiverView, gathered?: number | null): string {
  const shares = readShares(river, 0);
  return `${words.film(words.frameOf(river.step), shares)} ${words.leftOut(gathered ?? shares.gathered)}`;
}
