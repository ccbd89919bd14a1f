/** @file The list of experiments on papers of the atlas. */
import { UsageError } from '../../../src/lib/assert.ts';
import type { Experiment } from '../experiment.ts';
import { paper2 } from './paper2.ts';
import { paper4 } from './paper4.ts';
import { paper8 } from './paper8.ts';
import { paper18 } from './paper18.ts';
import { paper19 } from './paper19.ts';
import { paper21 } from './paper21.ts';
import { paper33 } from './paper33.ts';
import { paper36 } from './paper36.ts';
import { paper38 } from './paper38.ts';
import { paper41 } from './paper41.ts';
import { paper43 } from './paper43.ts';
import { paper58 } from './paper58.ts';
import { paper80 } from './paper80.ts';

export const paperExperiments: readonly Experiment[] = [
  paper2,
  paper4,
  paper8,
  paper18,
  paper19,
  paper21,
  paper33,
  paper36,
  paper38,
  paper41,
  paper43,
  paper58,
  paper80,
];

/** The experiment of a paper, or a UsageError that lists the available ones. */
export function paperExperiment(paper: number): Experiment {
  const experiment = paperExperiments.find((candidate) => candidate.paper === paper);
  if (!experiment)
    throw new UsageError(
      `--paper: there is no experiment for paper ${paper} yet; choose one of ${paperExperiments.map((e) => e.paper).join(', ')}`,
    );
  return experiment;
}
