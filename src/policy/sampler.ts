/** @file Sampling: prompts in, tokens of the policy out, with forced tokens and forks over a cache that is kept. */
import { assert } from '../lib/assert.ts';

/** Sizes that the graphs are built for. */
export interface SamplerShape {
  readonly rows: number;
  /** Longest prompt and completion in tokens (the end token included). */
  readonly promptLength: number;
  readonly completionLength: number;
}

export interface SampleRequest {
  /** Token ids of each row's prompt; at most `rows`, equal neighbours are prefilled once. */
  readonly prompts: readonly (readonly number[])[];
  /** In [0, 1), [rows, completionLength]; row r draws its t-th token with entry (r, t). */
  readonly uniforms: Float32Array;
  /** 0 is greedy. */
  readonly temperature: number;
  /** The flat adapter; absent where the sampler has none. */
  readonly adapter?: Float32Array;
}

/** Completions of all rows, [rows, completionLength]; what lies beyond a row's length is the pad token and 0. */
export interface Sampled {
  readonly tokenIds: Int32Array;
  readonly logProbs: Float32Array;
  /** Tokens up to and including the end token. */
  readonly lengths: Int32Array;
}

export interface SpecialTokens {
  readonly padId: number;
  /** Tokens that end a completion. */
  readonly endIds: readonly number[];
}

/** Rows as they stand, [rows, promptLength + completionLength]; beyond a row's length the pad token and 0. */
export interface Trajectories {
  readonly tokenIds: Int32Array;
  /** 1 where the policy wrote the token, 0 where it was forced: prompts, and what `extend` feeds. */
  readonly written: Uint8Array;
  /** log-probability of each token of the policy when it was drawn, nats; 0 elsewhere. */
  readonly logProbs: Float32Array;
  readonly lengths: Int32Array;
}

export interface DrawRequest {
  /** Rows that draw; the others rest. */
  readonly rows: readonly number[];
  /** Most tokens that a row draws; fewer where it is full. */
  readonly most: number;
  /** In [0, 1), [rows.length, most]; `rows[i]` draws its t-th token with entry (i, t). */
  readonly uniforms: Float32Array;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Tokens after which a row rests. */
  readonly until: readonly number[];
}

/** The first `at` tokens of a row, its prompt included. */
export interface Parent {
  readonly row: number;
  readonly at: number;
}

/**
 * Samples on whichever device it was made for. It holds one set of rows: `begin` starts them, `extend`, `draw` and
 * `fork` go on from where they are.
 */
export interface Sampler {
  readonly shape: SamplerShape;
  /** One completion of each prompt, without interruption. */
  sample(request: SampleRequest): Promise<Sampled>;
  /** Starts a row for each prompt, with this adapter from here on. */
  begin(prompts: SampleRequest['prompts'], adapter?: Float32Array): Promise<void>;
  /** Appends `ids[i]` to `rows[i]`: forced tokens, such as the output of a tool. */
  extend(rows: readonly number[], ids: readonly (readonly number[])[]): Promise<void>;
  /** Lets the policy go on. */
  draw(request: DrawRequest): Promise<void>;
  /** Row i becomes what `parents[i]` was, cache included; rows without a parent become empty. */
  fork(parents: readonly Parent[]): Promise<void>;
  trajectories(): Trajectories;
  dispose(): Promise<void>;
}

/** Tokens of a whole row. */
export const widthOf = ({ promptLength, completionLength }: SamplerShape): number => promptLength + completionLength;

/** Positions of the cache: the last token of a full row never enters it. */
export const capacityOf = (shape: SamplerShape): number => widthOf(shape) - 1;

/** Throws UsageError naming the field where the prompts do not fit the shape. */
export function checkPrompts({ rows, promptLength }: SamplerShape, prompts: SampleRequest['prompts']): void {
  assert(prompts.length > 0 && prompts.length <= rows, `prompts: between 1 and ${rows}, not ${prompts.length}`);
  for (const p of prompts)
    assert(p.length > 0 && p.length <= promptLength, `prompt: between 1 and ${promptLength} tokens, not ${p.length}`);
}

/** Throws UsageError where a draw lacks uniform numbers. */
export function checkUniforms({ rows, most, uniforms }: Pick<DrawRequest, 'rows' | 'most' | 'uniforms'>): void {
  const needed = rows.length * most;
  assert(uniforms.length >= needed, `uniforms: ${needed} are needed, not ${uniforms.length}`);
}
