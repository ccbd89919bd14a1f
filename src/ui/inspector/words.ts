/** @file The words of an open token. */
import { formatCount, formatHundredths } from '../format.ts';
import type { AdvantageRule } from '../river/update.ts';
import { termWords } from '../termWords.ts';

/** The rule of a group's advantages with its numbers, and its reason; null where the algorithm has another rule. */
export function groupRuleText(rule: AdvantageRule): { readonly rule: string; readonly why: string } | null {
  if (rule.kind === 'none')
    return { rule: 'advantage = 0', why: 'All rewards of this group are alike, so it pushes nothing.' };
  if (rule.kind === 'own' || rule.spread === null) return null;
  const [mean, spread] = [rule.mean, rule.spread].map(formatHundredths);
  return { rule: `advantage = (reward − mean ${mean}) / spread ${spread}`, why: termWords.spread };
}

export const tokenWords = {
  name: 'Token',
  spaces: (count: number) => (count === 1 ? 'space' : `${count} spaces`),
  lineBreaks: (count: number) => (count === 1 ? 'line break' : `${count} line breaks`),
  tabs: (count: number) => (count === 1 ? 'tab' : `${count} tabs`),
  returns: (count: number) => (count === 1 ? 'carriage return' : `${count} carriage returns`),
  bytes: (hex: string) => `bytes ${hex}`,
  partOf: (said: string, characters: string) => `${said}, part of ${characters}`,
  control: (token: string) => `special token ${token}`,
  nothing: 'no text',
  close: 'Back to the group',
  tokenHead: 'token',
  sampled: 'log p sampled',
  before: 'log p before update',
  base: 'base',
  baseLogProb: 'log p base',
  found: (step: number) => `before step ${formatCount(step)}`,
  left: (step: number) => `after step ${formatCount(step)}`,
  now: (step: number) => `now, step ${formatCount(step)}`,
  distribution: 'What could have stood here',
  askAgain: 'Ask again',
  asking: 'Asking the policy; while it trains, the answer comes between two steps.',
  sampledHere: 'sampled',
  rest: 'all others',
  entropies: (base: string, now: string) => `Entropy ${base} nats under the base, ${now} now.`,
  threeEntropies: (base: string, before: string, after: string) =>
    `Entropy ${base} nats under the base, ${before} before, ${after} after.`,
  aroundStep: (step: number) =>
    `Before: the policy as step ${formatCount(step)} found it, ahead of its first update. After: as the step left it.`,
  older: (step: number, now: number) =>
    `Now is the adapter after step ${formatCount(now)}, not what step ${formatCount(step)} made of the policy: the adapters around it are no longer held. Of the policy before it only the sampled token’s log p was kept, above.`,
  notHeld: (step: number) =>
    `The adapter from before step ${formatCount(step)} is not held: the run was opened again or set back, or a step failed. The next step has a before, and so has a rebuilt one.`,
  rebuild: (step: number) => `Rebuild step ${formatCount(step)}`,
  rebuildHint: 'The time bar goes to it, with its before and after.',
  nextUpdate: 'Next update',
  objective: 'Loss of this token',
  loss: 'loss',
  unknown: 'not known from one token’s numbers',
  weighed: 'As the step found the policy, before its first update. Its weight in the batch’s loss comes on top.',
  pull: (pull: string, advantage: string | null) =>
    `−d loss / d log p before the step’s first update, the KL penalty included and weights aside, is ${pull}${advantage === null ? '' : ` (advantage ${advantage})`}: above 0 the token is reinforced, below 0 suppressed.`,
  pullLeavesOut:
    'What the loss has of entropy or of an exact divergence is not in this number: it pulls at the whole distribution.',
  leftOut: {
    selection: 'The run learns from chosen tokens only; the choice is not in these lines.',
    correction: 'The run also weighs tokens by the sampler’s disagreement; that weight is not in these lines.',
    offPolicyMask:
      'The run also leaves out bad completions that the policy has moved away from; that is not in these lines.',
    critic: 'The critic’s own loss is not in these lines.',
    bonus:
      'The entropy bonus, entropy_coef × mean token entropy, is taken off the loss of the whole batch; it is not in these lines.',
  },
  all: 'All tokens as a table',
};
