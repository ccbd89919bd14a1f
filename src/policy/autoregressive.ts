/** @file The decoder as a policy: a choice is the next token, over rows of tokens that form a forest of prefixes. */
import {
  and,
  div,
  gather,
  input,
  less,
  lessOrEqual,
  logSoftmax,
  reshape,
  sizeOf,
  transpose,
  type Value,
} from '../engine/graph/index.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import type { PolicyConfig } from './config.ts';
import { createCpuSampler } from './cpuSampler.ts';
import { embedTokens } from './embed.ts';
import { type ForestLeaves, forestOf, type ForestShape } from './forest.ts';
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
} from './sampler.ts';
import { entropy, exactKl, targetLogProbs } from './score.ts';
import { forward, headLogits } from './transformer.ts';

export interface DecoderParts {
  readonly config: PolicyConfig;
  readonly base: Parameters;
  readonly special: SpecialTokens;
  /** Of the sampler. */
  readonly shape: SamplerShape;
  /** Of a pass. */
  readonly forest: ForestShape;
  /** Null where samples are of the base alone, or the policy is never sampled by itself. */
  readonly set: ParameterSet | null;
}

/**
 * States of a block, and entries of a graph's arrays: two blocks unless the sizes are fixed. A run may have more,
 * smaller ones. An odd size tells blocks from the sizes of weights, which are even.
 */
const blockOf = ({ states, isFixed }: ForestShape): number => (isFixed ? states : states | 1);
const entriesOf = (forest: ForestShape): number => blockOf(forest) * (forest.isFixed ? 1 : 2);

/** Shapes of the leaves; the first size of all but `choices` varies from run to run, unless it is fixed. */
function leafShapes(forest: ForestShape): Readonly<Record<keyof ForestLeaves, number[]>> {
  const entries = entriesOf(forest);
  return {
    tokenIds: [entries],
    positions: [entries],
    places: [entries, 1],
    slots: [blockOf(forest), 1],
    ends: [entries, 1],
    sources: [entries],
    targets: [entries],
    choices: [forest.rows, forest.columns],
  };
}

/**
 * Whether state i, a row, sees state j of its block, a column: j is i itself or one that i continues; bool [S, S], or
 * [blocks, 1, S, S].
 */
export function visibleStates(slots: Value, ends: Value): Value {
  const size = slots.shape[0] as number;
  const blocks = (ends.shape[0] as number) / size;
  const perColumn = blocks > 1 ? transpose(reshape(ends, [blocks, size, 1, 1]), [0, 2, 3, 1]) : transpose(ends);
  return and(lessOrEqual(transpose(slots), slots), less(slots, perColumn));
}

/** Rows of a sampler as choices: every token except a row's first, which is always given. */
function choicesOf({ tokenIds, written, logProbs }: Trajectories, shape: ForestShape): SampledChoices {
  const width = shape.columns + 1;
  const chosen = <T extends Uint8Array | Float32Array>(whole: T): T => whole.filter((_, i) => i % width > 0) as T;
  const leaves = Object.entries(forestOf(shape, tokenIds)) as [keyof ForestLeaves, Int32Array][];
  const shapes = leafShapes(shape);
  return {
    trajectory: Object.fromEntries(
      leaves.map(([name, data]) => [
        name,
        { dtype: 'int32', shape: [data.length / sizeOf(shapes[name].slice(1)), ...shapes[name].slice(1)], data },
      ]),
    ),
    written: chosen(written),
    logProbs: chosen(logProbs),
  };
}

/** Rows of B x (promptLength + completionLength) tokens, fed as the leaves of a `Forest`; its edges are the states of a pass. */
export function autoregressivePolicy(parts: DecoderParts): Policy<SampleRequest, 'logDistribution'> {
  const { config, base, special, shape, forest, set } = parts;
  const shapes = leafShapes(forest);
  const leaf = (name: keyof ForestLeaves): Value => input(name, shapes[name], 'int');
  const trajectory = {
    tokenIds: leaf('tokenIds'),
    positions: leaf('positions'),
    places: leaf('places'),
    slots: leaf('slots'),
    ends: leaf('ends'),
    sources: leaf('sources'),
    targets: leaf('targets'),
    choices: leaf('choices'),
  };
  const { tokenIds, positions, places, slots, ends, sources, targets, choices } = trajectory;
  const openSampler = (runtime: Runtime): Promise<Sampler> =>
    set && runtime.backend === 'webgpu'
      ? GpuSampler.create(runtime, config, base, special, shape, set)
      : createCpuSampler(runtime, config, base, special, shape, set);
  const atChoices = (perEdge: Value): Value => gather(perEdge, choices, places);
  return {
    choices: [forest.rows, forest.columns],
    trajectory,
    varying: forest.isFixed
      ? {}
      : { rows: ['tokenIds', 'positions', 'places', 'ends', 'sources', 'targets'], block: ['slots'] },
    pass(parameters, temperature) {
      const rows = forest.isFixed ? [forest.states] : [-1, blockOf(forest)];
      const { hidden } = forward(config, parameters, {
        x: reshape(embedTokens(parameters, tokenIds), [...rows, config.dim]),
        positions: reshape(positions, rows),
        visible: visibleStates(slots, ends),
      });
      const before = gather(hidden, sources, places);
      const logDistribution = logSoftmax(div(headLogits(config, parameters, before), temperature));
      return { distributions: { logDistribution }, hidden: before };
    },
    atChoices,
    logProbs: ({ logDistribution }) => atChoices(targetLogProbs(logDistribution, targets)),
    entropy: ({ logDistribution }) => atChoices(entropy(logDistribution)),
    kl: (p, q) => atChoices(exactKl(p.logDistribution, q.logDistribution)),
    async openSampler(runtime) {
      const sampler = await openSampler(runtime);
      return {
        async sample(request) {
          await sampler.sample(request);
          return choicesOf(sampler.trajectories(), forest);
        },
        dispose: () => sampler.dispose(),
      };
    },
  };
}
