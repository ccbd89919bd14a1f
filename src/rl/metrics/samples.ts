/** @file Metrics of the sampling: prompts by difficulty, rounds, pairs, rows that take no part, and time. */
import type { StepFacts } from './facts.ts';
import type { LevelFacts } from '../prompts/record.ts';
import type { Metrics } from './metric.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { demonstrateTo } from '../sampling/routing.ts';

const eachLevel =
  (number: (facts: LevelFacts) => number | undefined) =>
  ({ levels }: StepFacts): Record<string, number | undefined> =>
    Object.fromEntries(levels.map((facts) => [facts.level, number(facts)]));

const demonstrated = ({ rows }: StepFacts['samples']) => rows.filter(({ expert, used }) => expert && used);

/** Whether the algorithm asks for demonstrations. */
const hasDemonstrations = (algorithm: Pick<Algorithm, 'stepSettings'> | undefined): boolean =>
  algorithm?.stepSettings?.some(({ id }) => id === demonstrateTo.id) ?? false;

export const samples = {
  'difficulty/{level}/share': {
    label: 'Share of a difficulty',
    unit: 'share',
    formula: 'prompts of this difficulty / prompts',
    summary: 'How many of the step’s prompts had a difficulty.',
    only: 'with prompts of several difficulties',

    each: eachLevel(({ share }) => share),
  },
  'difficulty/{level}/pass_rate': {
    label: 'Pass rate of a difficulty',
    unit: 'share',
    formula: 'moving mean of correct / completions',
    summary: 'How often prompts of a difficulty were solved lately; a fifth of it is the newest step.',
    only: 'with prompts of several difficulties, once asked',

    each: eachLevel(({ passRate }) => passRate),
  },
  'difficulty/{level}/value': {
    label: 'Value of a difficulty',
    unit: '',
    formula: 'Q of the bandit after this step',
    summary: 'How much the bandit expects to learn from prompts of a difficulty.',
    only: 'where a bandit chooses the prompts',

    each: eachLevel(({ value }) => value),
  },
  'difficulty/{level}/probability': {
    label: 'Probability of a difficulty',
    unit: 'share',
    formula: 'softmax of Q / temperature',
    summary: 'Probability with which the bandit drew a difficulty for this step.',
    only: 'where a bandit chooses the prompts',

    each: eachLevel(({ probability }) => probability),
  },
  'difficulty/{level}/done': {
    label: 'Difficulty done',
    unit: '',
    formula: '1 or 0',
    summary: '1 once a difficulty is known, or its part of the steps is over, and the next is asked.',
    only: 'where difficulties are asked in order until known',

    each: eachLevel(({ done }) => done),
  },
  'dynamic_sampling/attempts': {
    label: 'Rounds of sampling',
    unit: 'rounds',
    formula: 'count',
    summary: 'How often prompts were sampled until enough groups were mixed.',
    only: 'with dynamic sampling',

    of: ({ samples }) => samples.rounds?.attempts,
  },
  'dynamic_sampling/dropped': {
    label: 'Groups dropped',
    unit: 'groups',
    formula: 'count',
    summary: 'Groups that were all right or all wrong, or one too many.',
    only: 'with dynamic sampling',

    of: ({ samples }) => samples.rounds?.dropped,
  },
  'dynamic_sampling/missing': {
    label: 'Groups missing',
    unit: 'groups',
    formula: 'prompts − groups kept',
    summary: 'Mixed groups that the allowed rounds did not bring; the step learns from fewer.',
    only: 'with dynamic sampling',

    of: ({ samples }) => samples.rounds?.missing,
  },
  'pairs/count': {
    label: 'Pairs',
    unit: 'pairs',
    formula: 'groups with different rewards',
    summary: 'Pairs of a best and a worst completion in this step.',
    only: 'with pairs',

    of: ({ algorithm, samples }) => (algorithm.pairs ? samples.rows.filter(({ used }) => used).length / 2 : undefined),
  },
  frac_completions_unused: {
    label: 'Completions unused',
    unit: 'share',
    formula: 'unused / completions',
    summary: 'Completions that were sampled and take no part in the loss.',
    only: 'where there are any',

    of: ({ samples }) => {
      const own = samples.rows.filter(({ expert }) => !expert);
      const unused = own.filter(({ used }) => !used).length;
      return unused > 0 ? unused / own.length : undefined;
    },
  },
  'demonstrations/count': {
    label: 'Demonstrations',
    unit: 'completions',
    formula: 'different completions of an expert',
    summary: 'Completions of an expert that the step learned from; one that is repeated counts once.',
    only: 'with demonstrations',
    chart: { id: 'demonstrations', color: 'other', when: ({ paper }) => hasDemonstrations(paper) },

    of: ({ algorithm, samples }) =>
      hasDemonstrations(algorithm) ? new Set(demonstrated(samples).map(({ ids }) => ids.join())).size : undefined,
  },
  num_tokens: {
    label: 'Tokens so far',
    unit: 'tokens',
    formula: 'cumulative prompt + completion tokens',
    summary: 'Tokens seen since the start of the run.',

    of: ({ tokens }) => tokens,
  },
  step_time: {
    label: 'Step time',
    unit: 's',
    formula: 'wall clock',
    summary: 'Seconds for the whole step.',

    of: ({ seconds }) => seconds.step,
  },
  'time/rollout': {
    label: 'Rollout time',
    unit: 's',
    formula: 'wall clock',
    summary: 'Seconds spent on sampling.',

    of: ({ seconds }) => seconds.rollout,
  },
  'time/score': {
    label: 'Score time',
    unit: 's',
    formula: 'wall clock',
    summary:
      'Seconds spent on reading completions without learning from them: by the base and, where a number or a part asks for it, by the policy.',

    of: ({ seconds }) => seconds.score,
  },
  'time/update': {
    label: 'Update time',
    unit: 's',
    formula: 'wall clock',
    summary: 'Seconds spent on gradient and optimizer.',

    of: ({ seconds }) => seconds.update,
  },
} satisfies Metrics<StepFacts>;
