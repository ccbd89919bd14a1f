/** @file The words of the atlas, in its chunk. */
import { formatCount } from '../format.ts';

const seeds = (list: readonly number[]) => `${list.length === 1 ? 'seed' : 'seeds'} ${list.join(', ')}`;

export const atlasWords = {
  title: 'Atlas',
  about:
    'Papers on reinforcement fine-tuning: what each claims, and how it came out here. A paper counts as shown only if a stored comparison over at least three seeds says so and everything that the paper needs is built.',
  status: {
    shown: 'shown',
    'not reproduced': 'not reproduced at this scale',
    'precondition not met': 'precondition not met',
    'partial: shown': 'partial: shown so far',
    'partial: not reproduced': 'partial: not reproduced',
    'partial: precondition not met': 'partial: precondition not met',
    open: 'not built yet',
  },
  statusHint: {
    shown: 'Every rule of the paper that was fixed before the runs holds, over at least three seeds.',
    'not reproduced':
      'It was run here, over at least three seeds, and a rule of the paper that was fixed before the runs does not hold.',
    'precondition not met':
      'Base and task, measured before the runs, could not have shown the claim: nothing is said about the paper.',
    'partial: shown':
      'Every rule of the stored comparison holds, and something that the paper needs is missing, or seeds are too few.',
    'partial: not reproduced':
      'A rule of the stored comparison does not hold, and something that the paper needs is missing, or seeds are too few.',
    'partial: precondition not met':
      'Base and task could not have shown the claim, and something that the paper needs is missing, or seeds are too few.',
    open: 'No comparison is stored.',
  },
  stages: {
    1: 'Learning at all',
    2: 'SFT against RL',
    3: 'Rewards go wrong',
    4: 'Seeing and acting',
    5: 'Thinking, checking, judging',
    6: 'Beyond text',
  } as Readonly<Record<number, string>>,
  stage: (stage: number, title: string) => `Stage ${stage}: ${title}`,
  filters: 'Which entries are listed',
  search: 'Search titles, claims, algorithms',
  paper: (arxiv: string) => `arXiv:${arxiv}`,
  statusFilter: 'Status',
  stageFilter: 'Stage',
  any: 'All',
  count: (shown: number, all: number) =>
    shown === all ? `${formatCount(all)} papers` : `${formatCount(shown)} of ${formatCount(all)} papers`,
  nothing: 'No paper fits. Clear the search or the filters.',
  others: 'This page’s own presets and algorithms',
  missing: 'Missing here:',
  noneMissing: 'Every part that it needs is here; the comparison is not made yet.',
  built: 'Runs here today:',
  runAlgorithm: (title: string) => `Open ${title} in the playground`,
  planned: 'Planned comparison:',
  plannedRule: 'It counts as shown if:',
  disagrees: 'Others disagree:',
  held: (says: string, papers: readonly number[]) =>
    `${says} (${papers.length === 1 ? 'paper' : 'papers'} ${papers.join(', ')})`,
  findings: 'What this page found',
  openPlan: 'Show the plan',
  closePlan: 'Hide the plan',
  measured: (date: string, list: readonly number[]) => `Stored ${date}, ${seeds(list)}.`,
  open: 'Show the result',
  close: 'Hide the result',
  loading: 'Reading the stored result …',
  absent: 'No result is stored yet.',
  failed: (reason: string) => `The stored results could not be read: ${reason}`,
  again: 'Try again',
  stored: (date: string, list: readonly number[], version: string, policies: readonly string[]) =>
    `Stored, not live: computed on ${date} on Node with ${seeds(list)}, base ${policies.join(' and ')}, code version ${version}.`,
  judged: (date: string, version: string) =>
    `Means, intervals and rules: computed again on ${date} from the same runs, code version ${version}.`,
  verdict: {
    shown: 'Every rule of the paper holds.',
    'not reproduced': 'Not every rule of the paper holds.',
    'precondition not met': 'A precondition is not met: base and task could not have shown the claim.',
  },
  verdictOf: {
    shown: 'every rule',
    'not reproduced': 'not every rule',
    'precondition not met': 'a precondition is not met',
  },
  verdictBy: (each: readonly string[]) => `By base: ${each.join('; ')}.`,
  base: (base: string) => `base ${base}`,
  ofBase: (arm: string, base: string) => `${arm}, base ${base}`,
  command: 'Command:',
  rules: 'Rules, fixed before the runs',
  ours: 'this page’s own question, which the verdict does not read',
  preconditions: 'Preconditions, measured before the runs',
  pareto: (y: string, x: string, hasFrontier: boolean) =>
    `${y} against ${x}, mean of each arm${hasFrontier ? '; the line is the most that any policy can have, computed exactly' : ''}`,
  matrix: 'By stage and task, mean of each arm; darker is more',
  pilot: 'Pilot',
  matrixStage: 'Stage',
  pilotSeeds: (list: readonly number[]) => `Pilot on ${seeds(list)}, which are not among those reported.`,
  rate: (arm: string, chosen: number, tried: readonly number[]) => `${arm}: ${chosen} of ${tried.join(', ')}`,
  rates: (each: readonly string[]) => `Learning rates chosen on seed 101: ${each.join('; ')}.`,
  power: (
    from: string,
    of: string,
    against: string,
    metric: string,
    mean: string,
    deviation: string,
    needed: number | null,
  ) =>
    `By the ${from}, ${of} minus ${against} in ${metric}: ${mean}, deviation from seed to seed ${deviation}; ${needed === null ? 'more than 1000' : needed} seeds tell the two apart in 80 of 100 repetitions.`,

  holds: 'holds',
  fails: 'fails',
  figure: (title: string, byBase: boolean) =>
    `${title}: mean and 95 % interval over the seeds, of each arm${byBase ? ' and base' : ''}`,
  metric: 'Number drawn',
  interval: (low: string, high: string) => (low === high ? 'the same in every run' : `${low} to ${high}`),
  pairs: 'Arms compared pair by pair',
  pairsAbout:
    'Differences between runs of the same base and seed: mean, 95 % interval (Student’s t) and number of pairs. An interval that holds 0 does not tell the two apart.',
  pair: (of: string, against: string, metric: string) => `${of} minus ${against}: ${metric}`,
  pairCount: (pairs: number) => `${pairs} ${pairs === 1 ? 'pair' : 'pairs'}`,
  points: 'points',
  budget: {
    tokens: (tokens: number) => `Every arm was given ${formatCount(tokens)} tokens of prompts and completions.`,
    seconds: (seconds: number) => `Every arm was given ${seconds} s of training.`,
    accuracy: (share: number) => `Every arm was trained until its held-out accuracy was ${(100 * share).toFixed(0)} %.`,
  },
  table: 'All numbers: mean and, below it, 95 % interval over the seeds',
  tableAbout:
    'Intervals are Student’s t; those of shares stay within 0 and 100 %. Bases are chosen, not drawn: with several, each has its interval, and the mean over them has none.',
  arm: 'Arm',
  runs: 'runs',
  none: '–',
};
