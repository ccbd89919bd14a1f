/**
 * @file "Tulu 3: Pushing Frontiers in Open Language Model Post-Training" (arXiv 2411.15124): SFT, DPO, and PPO on
 * verified rewards in stages, on one task, beside two tasks that no stage trains.
 */
import { metricEffect } from '../effect.ts';
import { type Arm, everyRun, type Experiment, type Metric, ours, type Rule, runsOf } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { differs } from './difference.ts';
import { accuracyAtStage, metric, percent, points } from './measures.ts';

const UNSEEN = ['reverse', 'sort'] as const;
const DIFFICULTY = 6;
const [SFT, DPO, PPO] = [15, 15, 60] as const;

const common = [
  `--task dedupe --difficulty ${DIFFICULTY} --lora_rank 16 --lora_alpha 32 --prompts_per_step 8`,
  `--eval_problems 192 --eval_samples 4 --ood ${UNSEEN.map((task) => `${task}:${DIFFICULTY}`).join()}`,
].flatMap((words) => words.split(' '));

const arm = (id: string, title: string, stages: readonly string[], note?: string): Arm => ({
  id,
  title,
  flags: [...common, '--stages', stages.join('; ')],
  ...(note === undefined ? {} : { note }),
});

const imitation = `sft steps=${SFT} learning_rate=0.001 demonstration_prompts=32`;
const preferences = `dpo steps=${DPO} learning_rate=0.0005 reference=1`;
const verified = (beta: number): string =>
  `ppo steps=${PPO} learning_rate=0.001 kl_placement=reward beta=${beta} reference=2`;

const recipe = arm('recipe', 'SFT, DPO, then PPO with β 0.1', [imitation, preferences, verified(0.1)]);
const free = arm('free', 'SFT, DPO, then PPO with β 0', [imitation, preferences, verified(0)]);
const imitating = arm(
  'sft',
  'SFT for as many steps',
  [imitation, `sft steps=${DPO + PPO} learning_rate=0.001 demonstration_prompts=32`],
  'The same 32 demonstrations all along.',
);

const first = accuracyAtStage(1);
const second = accuracyAtStage(2);
const after = metric('after', 'accuracy on the trained task, after', '%', 1, (s) => percent(s.finalAccuracy));

/** Points that a stage adds on the trained task; `before` is its beginning. Null for an arm without DPO. */
const gain = (id: string, title: string, before: Metric['of'], end: Metric['of']): Metric =>
  metric(id, title, 'points', 1, (s) => {
    const [from, to] = [before(s), end(s)];
    return s.stages?.[1]?.algorithm !== 'dpo' || from === null || to === null ? null : to - from;
  });
const gains: readonly Metric[] = [
  gain('sft', 'added by SFT', (s) => percent(s.baseAccuracy), first.of),
  gain('dpo', 'added by DPO', first.of, second.of),
  gain('ppo', 'added by PPO on verified rewards', second.of, after.of),
];

type Sets = readonly { readonly sampled: number }[] | undefined;
const meanOf = (sets: Sets): number | undefined =>
  sets && sets.length > 0 ? sets.reduce((sum, { sampled }) => sum + sampled, 0) / sets.length : undefined;
const unseenBefore = ({ ood }: Summary): number | undefined => meanOf(ood?.map(({ base }) => base));
const unseenAfter = ({ ood }: Summary): number | undefined => meanOf(ood?.map(({ final }) => final));
const unseenAtStage = (stage: number, { stages }: Summary): number | undefined => meanOf(stages?.[stage - 1]?.ood);
const kept = metric('kept', 'accuracy on two tasks never trained, change by PPO', 'points', 1, (s) =>
  points(unseenAfter(s), unseenAtStage(2, s)),
);

/** The interval over the runs lies above `bound`. */
const over = ({ id }: Arm, of: Metric, bound: number): Rule => ({
  rule: `{${id}}: the 95 % interval of the points ${of.title} lies above ${bound}`,
  holds(runs) {
    const interval = metricEffect(of, runsOf(runs, id))?.interval ?? null;
    return interval !== null && interval[0] > bound;
  },
});

/** Points that the unseen tasks may lose in the last stage. */
const LOSS = 5;

export const paper36: Experiment = {
  id: 'paper-36',
  paper: 36,
  claim:
    'SFT, DPO on its own samples and PPO on verified rewards, in this order, each add accuracy on the trained task, and the last does so without losing tasks that are not trained.',
  method: `Letters without repeats from a base of seven string tasks. ${SFT} steps of SFT on 32 demonstrations, ${DPO} of DPO on pairs of the policy’s own completions with the end of SFT as reference, ${PPO} of PPO with a critic, whose reward is the verifier’s, less β times the divergence from the end of DPO. 64 completions a step. 192 held-out problems of the trained task and of each of two others, reverse and sort, with 4 completions each, at the base and at the end of every stage. Steps and rates were chosen on seed 101, without a sweep.`,
  preset: 'default',
  policies: ['text'],
  arms: [recipe, free, imitating],
  metrics: [
    after,
    metric('before', 'accuracy on the trained task, before', '%', 1, (s) => percent(s.baseAccuracy)),
    first,
    second,
    ...gains,
    metric('unseen before', 'accuracy on two tasks never trained, before', '%', 1, (s) => percent(unseenBefore(s))),
    metric('unseen sft', 'on the two, end of stage 1', '%', 1, (s) => percent(unseenAtStage(1, s))),
    metric('unseen dpo', 'on the two, end of stage 2', '%', 1, (s) => percent(unseenAtStage(2, s))),
    metric('unseen', 'on the two, after', '%', 1, (s) => percent(unseenAfter(s))),
    kept,
  ],
  comparisons: [
    { of: recipe.id, against: imitating.id, metric: after.id },
    { of: recipe.id, against: free.id, metric: kept.id },
  ],
  methodArm: recipe.id,
  measure: { metric: after.id, best: 'highest' },
  power: { of: recipe.id, against: imitating.id, metric: after.id },
  figure: {
    kind: 'matrix',
    columns: ['trained task', 'two tasks never trained'],
    rows: [
      { title: 'base', metrics: ['before', 'unseen before'] },
      { title: 'SFT', metrics: [first.id, 'unseen sft'] },
      { title: 'DPO', metrics: [second.id, 'unseen dpo'] },
      { title: 'PPO', metrics: [after.id, 'unseen'] },
    ],
  },
  preconditions: [
    everyRun(
      recipe.id,
      'the base is right in 15 to 60 % on the trained task',
      ({ baseAccuracy }) => baseAccuracy >= 0.15 && baseAccuracy <= 0.6,
    ),
    everyRun(recipe.id, 'and in more than half on the two others', (s) => (unseenBefore(s) ?? 0) > 0.5),
  ],
  rules: [
    ...gains.map((of) => over(recipe, of, 0)),
    over(recipe, kept, -LOSS),
    ours(differs(recipe.id, 'above', imitating.id, after)),
    ours(differs(free.id, 'below', recipe.id, kept)),
  ],
};
