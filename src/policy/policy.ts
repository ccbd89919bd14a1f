/**
 * @file Interface of policies: a policy writes trajectories of choices, and its graph gives the likelihood of each
 * choice. Choices are tokens for a decoder, and steps towards a sample for a denoiser.
 */
import type { Value } from '../engine/graph/index.ts';
import type { HostTensor, Runtime, Varying } from '../engine/runtime/runtime.ts';
import type { Parameters } from './parameters.ts';

/**
 * Named values [S, ...] over the states of a batch, from which all likelihoods follow; equal choices may share a state.
 * Those of a reference policy may be computed by another program and fed. For choices from a finite list,
 * `logDistribution` [S, V] holds log p of every option: objectives that read whole distributions need it.
 */
export type Distributions<Names extends string = string> = Readonly<Record<Names, Value>>;

/** One pass over a batch of trajectories. */
export interface Pass<Names extends string = string> {
  readonly distributions: Distributions<Names>;
  /** The hidden state before each choice [S, d], for heads such as a critic. */
  readonly hidden: Value;
}

/** Sampled choices. */
export interface SampledChoices {
  /** Whole trajectories, one tensor for each leaf of `Policy.trajectory`. */
  readonly trajectory: Readonly<Record<string, HostTensor>>;
  /** 1 where the policy made the choice, 0 where it was given or is padding, [B, C]. */
  readonly written: Uint8Array;
  /** log-probability of each of the policy's choices at sampling, nats; 0 elsewhere, [B, C]. */
  readonly logProbs: Float32Array;
}

/** Samples on one runtime. */
export interface PolicySampler<Request> {
  sample(request: Request): Promise<SampledChoices>;
  dispose(): Promise<void>;
}

/**
 * A policy over batches of a fixed shape. `Request` goes to its sampler, `Names` are those of its distributions.
 */
export interface Policy<Request, Names extends string = string> {
  /** [B, C]: trajectories of a batch, and choices of one. Everything that an objective reads has this shape. */
  readonly choices: readonly [number, number];
  /** Leaves through which a batch of trajectories is fed, by name. */
  readonly trajectory: Readonly<Record<string, Value>>;
  /** Leaves whose first size may be smaller in a run; distributions have as many rows. */
  readonly varying: Varying;
  /** Distributions of the choices under these parameters at a temperature (float scalar). */
  pass(parameters: Parameters, temperature: Value): Pass<Names>;
  /** Values [S, ...] of the states at each choice, [B, C, ...]. */
  atChoices(perState: Value): Value;
  /** log p of the choices that the trajectories made, nats, [B, C]. */
  logProbs(distributions: Distributions<Names>): Value;
  /** Entropy of each choice, nats, [B, C]. */
  entropy(distributions: Distributions<Names>): Value;
  /** KL(p || q) of each choice, nats, [B, C]. */
  kl(p: Distributions<Names>, q: Distributions<Names>): Value;
  openSampler(runtime: Runtime): Promise<PolicySampler<Request>>;
}
