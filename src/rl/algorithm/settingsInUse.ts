/** @file Knobs and choices that a configuration does not use, so that forms can hide them. */
import { input, type Value } from '../../engine/graph/index.ts';
import { taskById } from '../../tasks/index.ts';
import { type Algorithm, ownAdvantage } from '../objectives/algorithm.ts';
import { type ChoiceName } from '../config/choices.ts';
import { trainsAll } from './configured.ts';
import { allSettings } from './compose.ts';
import type { TrainConfig } from '../config/config.ts';
import { type KnobName, knobNames, knobs } from '../config/knobs.ts';
import { promptSamplers } from '../prompts/index.ts';
import { inOrder, inOrderReplayed } from '../prompts/inOrder.ts';
import { passRateWindow } from '../prompts/passRateWindow.ts';
import { sec, secUnscaled } from '../prompts/sec.ts';
import type { Terms } from '../objectives/terms.ts';

/** Whether the loss reads advantages, found by building its graph on two tokens. */
function readsAdvantages(algorithm: Algorithm): boolean {
  let read = false;
  const term = (name: string, ...rest: number[]): Value => input(name, [2, 2, ...rest]);
  const terms: Terms = {
    logProbs: term('logProbs'),
    oldLogProbs: term('oldLogProbs'),
    samplerLogProbs: term('samplerLogProbs'),
    refLogProbs: term('refLogProbs'),
    get advantages() {
      read = true;
      return term('advantages');
    },
    rewards: term('rewards'),
    mask: term('mask'),
    selected: term('selected'),
    expert: term('expert'),
    logDistribution: term('logDistribution', 2),
    refLogDistribution: term('refLogDistribution', 2),
    entropy: term('entropy'),
    values: term('values'),
    oldValues: term('oldValues'),
    returns: term('returns'),
    setting: () => term('setting'),
  };
  algorithm.tokenLoss(terms);
  return read;
}

/** Whether counting masked completions changes no weight, as in a mean over tokens. */
function isTokenMean({ tokenWeights }: Pick<Algorithm, 'tokenWeights'>): boolean {
  const [whole] = tokenWeights(
    [
      { length: 2, terminated: true },
      { length: 0, terminated: false },
    ],
    4,
  );
  const [counted] = tokenWeights(
    [
      { length: 2, terminated: true },
      { length: 0, terminated: false, counted: true },
    ],
    4,
  );
  return whole === counted;
}

/** Reason that a part is not read: the algorithm, another choice, the prompt sampler, or the task. */
export type Unread = 'algorithm' | 'choice' | 'prompts' | 'task';

/** Prompt samplers that read a knob. */
const samplersOf: Partial<Record<KnobName, readonly string[]>> = {
  lowestDifficulty: promptSamplers.filter(({ mixed }) => mixed).map(({ id }) => id),
  promptPool: [passRateWindow.id],
  passRateMin: [passRateWindow.id],
  passRateMax: [passRateWindow.id, inOrder.id, inOrderReplayed.id],
  secLearningRate: [sec.id, secUnscaled.id],
  secTemperature: [sec.id, secUnscaled.id],
};

/** Knobs that only some prompt samplers, this one among them, read. */
export const knobsOfSampler = (id: string): KnobName[] => knobNames.filter((name) => samplersOf[name]?.includes(id));

/** Parts without effect under this configuration, by name. */
export function unreadParts(
  algorithm: Algorithm,
  config: Pick<TrainConfig, 'klControl' | 'promptSampler' | 'task' | 'trainedWeights'>,
): ReadonlyMap<KnobName | ChoiceName, Unread> {
  const ids = new Set(allSettings(algorithm).map(({ id }) => id));
  const unread = new Map<KnobName | ChoiceName, Unread>();
  const mark = (why: Unread, ...names: (KnobName | ChoiceName)[]) => names.forEach((name) => unread.set(name, why));
  if (config.klControl !== 'adaptive') mark('choice', 'klTarget', 'klHorizon');
  if (trainsAll(config)) mark('choice', 'rank', 'alpha', 'rsLora');
  for (const name of ['epsilon', 'beta'] as const) if (!ids.has(knobs[name].id)) mark('algorithm', name);
  if (!algorithm.regulariser || !ids.has(knobs.beta.id)) mark('algorithm', 'klControl', 'klTarget', 'klHorizon');
  const hasOwn = ownAdvantage(algorithm) !== undefined;
  if (algorithm.pairs) mark('algorithm', 'zeroStdGroups');
  if (hasOwn) mark('algorithm', 'klEstimator', 'klPlacement', 'klBiasCorrection');
  if (hasOwn || algorithm.freshOnly !== undefined) mark('algorithm', 'offPolicyMask');
  if (algorithm.chosenOnly) mark('algorithm', 'zeroStdGroups');
  if (!algorithm.regulariser) mark('algorithm', 'klBiasCorrection');
  if (algorithm.fixedWeights !== undefined) mark('algorithm', 'aggregation');
  if (algorithm.fixedWeights !== undefined || isTokenMean(algorithm)) mark('algorithm', 'maskedCompletions');
  if (hasOwn || !readsAdvantages(algorithm)) mark('algorithm', 'advantage');
  if (algorithm.selection && !ids.has(knobs.topEntropyQuantile.id)) mark('algorithm', 'topEntropyQuantile');
  for (const name of knobNames) if (samplersOf[name]?.includes(config.promptSampler) === false) mark('prompts', name);
  if (!taskById(config.task).controls) mark('task', 'priorPrompt');
  return unread;
}
