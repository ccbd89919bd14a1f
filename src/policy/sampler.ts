/**
 * @file Interface of samplers: prompts in, tokens of the policy out, with forced tokens and forks over a kept cache.
 */
import { assert } from '../lib/assert.ts';

/** Sizes that the graphs are built for. */
export interface SamplerShape {
  readonly rows: number;
  /** Longest prompt and completion in tokens (the end token included). */
  readonly promptLength: number;
  readonly completionLength: number;
}

export interface SampleRequest {
  /** Token ids of each row's prompt; at most `rows`. Equal prompts are prefilled once. */
  readonly prompts: readonly (readonly number[])[];
  /** In [0, 1), [rows, completionLength]; row r draws its t-th token with entry (r, t). */
  readonly uniforms: Float32Array;
  /** 0 is greedy. */
  readonly temperature: number;
  /** The flat adapter; absent for a sampler of the base. */
  readonly adapter?: Float32Array;
}

/** Completions of all rows, [rows, completionLength], nats; beyond a row's length the pad token and 0. */
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

/** Rows so far, [rows, promptLength + completionLength]; beyond a row's length the pad token and 0. */
export interface Trajectories {
  readonly tokenIds: Int32Array;
  /** 1 where the policy wrote the token, 0 where it was forced, as in prompts and by `extend`. */
  readonly written: Uint8Array;
  /** log-probability of each token of the policy when it was drawn, nats; 0 elsewhere. */
  readonly logProbs: Float32Array;
  readonly lengths: Int32Array;
}

export interface DrawRequest {
  /** Rows that draw; the others rest. */
  readonly rows: readonly number[];
  /** Most tokens that a row draws; fewer if it is full. */
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
 * Samples on the device it was made for. It holds one set of rows: `begin` starts them, `extend`, `draw` and `fork`
 * continue them.
 */
export interface Sampler {
  readonly shape: SamplerShape;
  /** One completion of each prompt, without interruption. */
  sample(request: SampleRequest): Promise<Sampled>;
  /** Starts a row for each prompt; `adapter` applies until the next `begin`. */
  begin(prompts: SampleRequest['prompts'], adapter?: Float32Array): Promise<void>;
  /** Appends `ids[i]` to `rows[i]`: forced tokens, such as the output of a tool. */
  extend(rows: readonly number[], ids: readonly (readonly number[])[]): Promise<void>;
  /** Draws tokens of the policy. */
  draw(request: DrawRequest): Promise<void>;
  /** Row i becomes a copy of `parents[i]`, cache included; rows without a parent become empty. */
  fork(parents: readonly Parent[]): Promise<void>;
  trajectories(): Trajectories;
  dispose(): Promise<void>;
}

/** Tokens of a whole row. */
export const widthOf = ({ promptLength, completionLength }: SamplerShape): number => promptLength + completionLength;

/** Positions of the cache: the last token of a full row never enters it. */
export const capacityOf = (shape: SamplerShape): number => widthOf(shape) - 1;

/** UsageError that names the field if the prompts do not fit the shape. */
export function checkPrompts({ rows, promptLength }: SamplerShape, prompts: SampleRequest['prompts']): void {
  assert(prompts.length > 0 && prompts.length <= rows, `prompts: between 1 and ${rows}, not ${prompts.length}`);
  for (const p of prompts)
    assert(p.length > 0 && p.length <= promptLength, `prompt: between 1 and ${promptLength} tokens, not ${p.length}`);
}

/** UsageError if a draw lacks uniform numbers. */
export function checkUniforms({ rows, most, uniforms }: Pick<DrawRequest, 'rows' | 'most' | 'uniforms'>): void {
  const needed = rows.length * most;
  assert(uniforms.length >= needed, `uniforms: ${needed} are needed, not ${uniforms.length}`);
}
