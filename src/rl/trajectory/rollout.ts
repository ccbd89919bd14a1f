/** @file Prompts in, completions out: the tokenizer's only caller in a run, and the keys of every random draw. */
import { random } from '../../lib/random.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example } from '../../tasks/task.ts';
import type { RolloutBatch } from './tokens.ts';

/** One completion of a prompt. */
export interface Rollout {
  readonly example: Example;
  readonly promptIds: readonly number[];
  /** Up to and including the end token where there is one. */
  readonly completionIds: readonly number[];
  /** log-probability of each completion token when it was drawn, nats. */
  readonly logProbs: Float32Array;
  /** Without the end token. */
  readonly text: string;
  readonly terminated: boolean;
}

/** The uniform numbers of a batch, [prompts * samples, completionLength], keyed by (…key, prompt, sample, position). */
export function keyedUniforms(
  key: readonly (string | number)[],
  prompts: number,
  samples: number,
  completionLength: number,
): Float32Array {
  const uniforms = new Float32Array(prompts * samples * completionLength);
  for (let row = 0; row < prompts * samples; row++) {
    const stream = random(...key, Math.floor(row / samples), row % samples);
    for (let t = 0; t < completionLength; t++) uniforms[row * completionLength + t] = stream.uniform();
  }
  return uniforms;
}

/** The batch that asks each example `samples` times; rows of one example are neighbours. */
export function rolloutBatch(
  tokenizer: Tokenizer,
  examples: readonly Example[],
  options: {
    key: readonly (string | number)[];
    samples: number;
    completionLength: number;
    temperature: number;
    slot: string;
  },
): RolloutBatch {
  const prompts = examples.flatMap(({ prompt }) => Array<number[]>(options.samples).fill(tokenizer.encode(prompt)));
  const uniforms = keyedUniforms(options.key, examples.length, options.samples, options.completionLength);
  return { prompts, uniforms, temperature: options.temperature, slot: options.slot };
}

/**
 * The text of a completion. Control tokens inside it are spelled out: decoding would drop them, and `1<pad>2` is not
 * 12.
 */
export function completionText(tokenizer: Tokenizer, ids: readonly number[]): string {
  const { padId, bosId, eosId } = tokenizer;
  const plain = ids.every((id) => id !== padId && id !== bosId && id !== eosId);
  return plain ? tokenizer.decode(ids) : ids.map((id) => tokenizer.tokenText(id)).join('');
}

/** Reads the sampled rows as completions of their examples. */
export function readRollouts(
  tokenizer: Tokenizer,
  examples: readonly Example[],
  batch: RolloutBatch,
  sampled: Sampled,
): Rollout[] {
  const samples = batch.prompts.length / examples.length;
  const width = sampled.tokenIds.length / batch.prompts.length;
  return batch.prompts.map((promptIds, row) => {
    const length = sampled.lengths[row] as number;
    const completionIds = Array.from(sampled.tokenIds.subarray(row * width, row * width + length));
    const terminated = completionIds.at(-1) === tokenizer.eosId;
    return {
      example: examples[Math.floor(row / samples)] as Example,
      promptIds,
      completionIds,
      logProbs: sampled.logProbs.slice(row * width, row * width + length),
      text: completionText(tokenizer, terminated ? completionIds.slice(0, -1) : completionIds),
      terminated,
    };
  });
}

/**
 * A demonstration as if it had been sampled, with its end token; there is no sampler whose log-probabilities it could
 * have.
 */
export function demonstrationRollout(tokenizer: Tokenizer, example: Example, text: string): Rollout {
  const completionIds = [...tokenizer.encode(text), tokenizer.eosId];
  return {
    example,
    promptIds: tokenizer.encode(example.prompt),
    completionIds,
    logProbs: new Float32Array(completionIds.length),
    text,
    terminated: true,
  };
}
