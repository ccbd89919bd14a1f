/** @file The decoder as a policy: a choice is the next token, over whole rows of tokens. */
import { input } from '../engine/graph/index.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import type { PolicyConfig } from './config.ts';
import { createCpuSampler } from './cpuSampler.ts';
import { GpuSampler } from './gpuSampler.ts';
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';
import type { Policy, SampledChoices } from './policy.ts';
import {
  type Sampler,
  type SampleRequest,
  type SamplerShape,
  type SpecialTokens,
  type Trajectories,
  widthOf,
} from './sampler.ts';
import { entropy, exactKl, score, targetLogProbs, targetsOf } from './score.ts';

export interface DecoderParts {
  readonly config: PolicyConfig;
  readonly base: Parameters;
  readonly special: SpecialTokens;
  readonly shape: SamplerShape;
  /** Null where samples are of the base alone, or the policy is never sampled by itself. */
  readonly set: ParameterSet | null;
}

/** Rows of a sampler as choices: every token except a row's first, which is always given. */
function choicesOf({ tokenIds, written, logProbs }: Trajectories, { rows }: SamplerShape): SampledChoices {
  const width = tokenIds.length / rows;
  const chosen = <T extends Uint8Array | Float32Array>(whole: T): T => whole.filter((_, i) => i % width > 0) as T;
  return {
    trajectory: { tokenIds: { dtype: 'int32', shape: [rows, width], data: tokenIds } },
    written: chosen(written),
    logProbs: chosen(logProbs),
  };
}

/** Rows of B x (promptLength + completionLength) tokens, fed as `tokenIds`. */
export function autoregressivePolicy(parts: DecoderParts): Policy<SampleRequest, 'logDistribution'> {
  const { config, base, special, shape, set } = parts;
  const width = widthOf(shape);
  const tokenIds = input('tokenIds', [shape.rows, width], 'int');
  const openSampler = (runtime: Runtime): Promise<Sampler> =>
    set && runtime.backend === 'webgpu'
      ? GpuSampler.create(runtime, config, base, special, shape, set)
      : createCpuSampler(runtime, config, base, special, shape, set);
  return {
    choices: [shape.rows, width - 1],
    trajectory: { tokenIds },
    pass(parameters, temperature) {
      const { logDistribution, hidden } = score(config, parameters, tokenIds, temperature);
      return { distributions: { logDistribution }, hidden };
    },
    logProbs: ({ logDistribution }) => targetLogProbs(logDistribution, targetsOf(tokenIds)),
    entropy: ({ logDistribution }) => entropy(logDistribution),
    kl: (p, q) => exactKl(p.logDistribution, q.logDistribution),
    async openSampler(runtime) {
      const sampler = await openSampler(runtime);
      return {
        async sample(request) {
          await sampler.sample(request);
          return choicesOf(sampler.trajectories(), shape);
        },
        dispose: () => sampler.dispose(),
      };
    },
  };
}
