/** @file The denoiser behind the learner: a full set of its weights, trained by the objective of a paper. */
import { adamW } from '../src/engine/optim/adamw.ts';
import { constant } from '../src/engine/graph/index.ts';
import { createRuntime } from '../src/engine/runtime/index.ts';
import { random } from '../src/lib/random.ts';
import { trainableParameters } from '../src/policy/parameters.ts';
import type { ParameterSet } from '../src/policy/parameterSet.ts';
import { algorithmOf } from '../src/rl/algorithm/compose.ts';
import type { OpenedSpec } from '../src/rl/learner/feeds.ts';
import { LocalLane } from '../src/rl/learner/lane.ts';
import type { LearnerSpec } from '../src/rl/learner/learner.ts';
import { adapterOptimizer } from '../src/rl/learner/optimizer.ts';
import { ShardedLearner } from '../src/rl/learner/shardedLearner.ts';
import { policySlot } from '../src/rl/words/slots.ts';
import { denoiserLayout, denoiserParameters, denoiserPolicy, denoiserShape } from './denoiser.ts';

/** Small random weights, so that the first samples are little more than the noise they start from. */
const first = (): Float32Array => {
  const stream = random('denoiser', 'weights');
  return Float32Array.from({ length: denoiserLayout.size }, () => 0.2 * stream.normal());
};

const weights: ParameterSet = {
  ...denoiserLayout,
  initial: first,
  neutral: first,
  over: (_, values) => trainableParameters(values),
  replaced: [],
  hasHead: false,
};

/** A learner of the denoiser's weights by the paper of that id, on one lane. */
export async function denoiserLearner(backend: 'node' | 'wasm', id: string) {
  const algorithm = algorithmOf({ id });
  const spec: LearnerSpec = {
    checkpoint: new Uint8Array(),
    slots: { [policySlot]: { set: { kind: 'full' }, algorithm: { id } } },
    shardSize: denoiserShape.rows,
    promptLength: 1,
    completionLength: denoiserShape.steps,
  };
  const policy = denoiserPolicy();
  const base = denoiserParameters(constant(first(), [denoiserLayout.size]));
  const slot = { policy, base, set: weights, algorithm, optimizer: adamW(adapterOptimizer), reference: true };
  const open = (): OpenedSpec => ({ spec, policy, base, slots: { [policySlot]: slot } });
  const runtime = await createRuntime(backend);
  const lanes = [new LocalLane(runtime, open)];
  const learner = await ShardedLearner.create(lanes, spec, 1, new Promise(() => {}), 1, open);
  return { algorithm, learner, sampler: await policy.openSampler(runtime) };
}
