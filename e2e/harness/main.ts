/** @file The page's functions under one global name, for browser tests and the bench. */
import { adapter, closeTrainer, enqueuedMilliseconds, openTrainer, trainerStatistics, trainStep } from './bench.ts';
import { compareRollout, compareUpdate } from './compare.ts';
import { compareLayers } from './layers.ts';
import { liveTensors, measure, placement } from './measure.ts';
import { learnModel } from './model.ts';
import { compareOpening } from './openings.ts';

const harness = {
  adapter,
  closeTrainer,
  compareLayers,
  compareOpening,
  compareRollout,
  compareUpdate,
  enqueuedMilliseconds,
  learnModel,
  liveTensors,
  measure,
  openTrainer,
  placement,
  trainerStatistics,
  trainStep,
};

declare global {
  interface Window {
    harness: typeof harness;
  }
}

window.harness = harness;
