/**
 * @file Where a paper of the atlas is to be read and what was trained for it: known from an algorithm or an experiment
 * here, never guessed.
 */
import { algorithmById, algorithms } from '../rl/papers/index.ts';

/** Papers whose own algorithm is among those here, which names its source. */
const ownAlgorithms: Readonly<Record<number, string>> = {
  15: 'chord',
  18: 'prdp',
  21: 'copg',
  41: 'raft',
  58: 'topr',
  94: 'superHf',
};

/** Papers without one, as the experiments on them name their source. */
const ownNumbers: Readonly<Record<number, string>> = {
  4: '2505.14157',
  38: '2505.14970',
  43: '2504.07912',
  80: '2205.11275',
};

/** By experiment, the ids of what its arms are trained with, for those who look for an algorithm. */
const trained: Readonly<Record<string, readonly string[]>> = {
  'paper-4': ['grpo'],
  'paper-18': ['prdp', 'rloo', 'dpo'],
  'paper-21': ['copg', 'reinforce', 'dpo', 'ipo'],
  'paper-38': ['grpo'],
  'paper-41': ['raft', 'grpo', 'sft'],
  'paper-43': ['grpo', 'ppo', 'raft'],
  'paper-58': ['reinforce', 'topr'],
  'paper-80': ['rloo', 'reinforce', 'drGrpo', 'grpo', 'reinforcePlusPlus', 'gdc', 'raft'],
  default: ['grpo'],
  countdown: ['grpo'],
  objectives: algorithms.map(({ id }) => id),
};

/** The paper's number on arXiv, or null where nothing here knows it. */
export function arxivOf(paper: number): string | null {
  const own = ownAlgorithms[paper];
  return own === undefined ? (ownNumbers[paper] ?? null) : algorithmById(own).citation;
}

/** Ids of the algorithms that are a paper's own or that the arms of an experiment are trained with. */
export function algorithmsOf(experiment: string, paper: number | null): readonly string[] {
  const own = paper === null ? undefined : ownAlgorithms[paper];
  return [...new Set([...(own === undefined ? [] : [own]), ...(trained[experiment] ?? [])])];
}
