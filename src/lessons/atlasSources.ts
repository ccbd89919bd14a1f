/** @file The algorithms of a paper: its own, and those that the arms of its experiment are trained with. */
import type { Algorithm } from '../rl/objectives/algorithm.ts';
import { algorithmById, algorithms } from '../rl/papers/index.ts';

/** Papers with their own algorithm here, which names its source. */
const ownAlgorithms: Readonly<Record<number, string>> = {
  15: 'chord',
  18: 'prdp',
  21: 'copg',
  33: 'cRlft',
  41: 'raft',
  58: 'topr',
  94: 'superHf',
};

/** Algorithms of the second comparison on the default task, so that the stored first one stays as it was run. */
const later: readonly string[] = [
  'gspoToken',
  'luspo',
  'vespo',
  'deepSeekV32',
  'wReinforce',
  'gpg',
  'opo',
  'kto',
  'aStarPo',
  'orpo',
  'luffy',
];

/** Algorithms that cannot learn the default task: it has neither two writers nor, in a run of one stage, a teacher. */
export const elsewhere: readonly string[] = ['sdft', 'opd', 'gkd', 'cRlft'];

/** Ids of the algorithms in the first or the second comparison on the default task. */
export const comparedAlgorithms = (which: 'first' | 'later'): readonly string[] =>
  algorithms.map(({ id }) => id).filter((id) => !elsewhere.includes(id) && later.includes(id) === (which === 'later'));

/** Ids of the algorithms that the arms of an experiment are trained with, for the search. */
const trained: Readonly<Record<string, readonly string[]>> = {
  'paper-2': ['grpo', 'sft'],
  'paper-4': ['grpo'],
  'paper-8': ['grpo', 'sft'],
  'paper-18': ['prdp', 'rloo', 'dpo'],
  'paper-19': ['chord', 'grpo', 'sft'],
  'paper-21': ['copg', 'reinforce', 'dpo', 'ipo'],
  'paper-33': ['cRlft'],
  'paper-36': ['sft', 'dpo', 'ppo'],
  'paper-38': ['grpo'],
  'paper-41': ['raft', 'superHf', 'rloo'],
  'paper-43': ['grpo', 'ppo', 'raft'],
  'paper-58': ['reinforce', 'topr'],
  'paper-80': ['rloo', 'gdc', 'grpo'],
  default: ['grpo'],
  countdown: ['grpo'],
  objectives: comparedAlgorithms('first'),
  // The control at learning rate 0 is of the preset's algorithm.
  'objectives-later': [...comparedAlgorithms('later'), 'grpo'],
};

/** A paper’s own algorithm as the page explains it. */
export type Mechanism = Pick<Algorithm, 'id' | 'title' | 'summary' | 'formula'>;

/** The paper’s own algorithm here; null for a paper without one. */
export function ownAlgorithm(paper: number): Mechanism | null {
  const own = ownAlgorithms[paper];
  return own === undefined ? null : algorithmById(own);
}

/** Ids of the paper’s own algorithm and of those that the arms of the experiment are trained with. */
export function algorithmsOf(experiment: string, paper: number | null): readonly string[] {
  const own = paper === null ? undefined : ownAlgorithms[paper];
  return [...new Set([...(own === undefined ? [] : [own]), ...(trained[experiment] ?? [])])];
}
