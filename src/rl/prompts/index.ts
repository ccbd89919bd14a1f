/** @file The list of prompt samplers. Choices, links and the command line read it. */
import { UsageError } from '../../lib/assert.ts';
import { easyToHard, fixedDifficulty, hardToEasy, uniformMixture } from './levels.ts';
import { inOrder, inOrderReplayed } from './inOrder.ts';
import { passRateWindow } from './passRateWindow.ts';
import type { PromptSampler } from './sampler.ts';
import { sec, secUnscaled } from './sec.ts';

export const promptSamplers: readonly PromptSampler[] = [
  fixedDifficulty,
  uniformMixture,
  easyToHard,
  hardToEasy,
  inOrder,
  inOrderReplayed,
  passRateWindow,
  sec,
  secUnscaled,
];

/** The sampler of that id, or a UsageError that lists them. */
export function promptSamplerById(id: string): PromptSampler {
  const sampler = promptSamplers.find((candidate) => candidate.id === id);
  if (!sampler)
    throw new UsageError(
      `prompt_sampler: there is no "${id}"; choose one of ${promptSamplers.map((s) => s.id).join(', ')}`,
    );
  return sampler;
}
