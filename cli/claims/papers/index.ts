/** @file The one list of experiments on papers of the atlas. */
import { UsageError } from '../../../src/lib/assert.ts';
import type { Experiment } from '../experiment.ts';

export const paperExperiments: readonly Experiment[] = [];

/** The experiment of a paper, or a UsageError that lists those there are. */
export function paperExperiment(paper: number): Experiment {
  const experiment = paperExperiments.find((candidate) => candidate.paper === paper);
  if (!experiment) throw new UsageError(`--paper: there is no experiment for paper ${paper} yet; there are ${paperExperiments.map((e) => e.paper).join(', ') || 'none'}`);
  return experiment;
}
