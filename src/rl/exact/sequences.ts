/** @file Probabilities of all listed completions, and of the rest, from the distributions at every position. */
import type { Tokenizer } from '../../policy/tokenizer.ts';

/** Every listed completion of one prompt as a row of tokens. */
export interface ListedSequences {
  readonly rows: number;
  /** [rows, T], prompt, completion and end token, padded on the right. */
  readonly tokenIds: Int32Array;
  /** Tokens of a row. */
  readonly length: number;
  /** [rows, T]: 1 on tokens of the completion, the end token included. */
  readonly written: Uint8Array;
}

/** All completions of a prompt, T = `length` tokens a row. */
export function listSequences(
  tokenizer: Tokenizer,
  prompt: string,
  completions: readonly string[],
  length: number,
): ListedSequences {
  const promptIds = tokenizer.encodePrompt(prompt);
  const encoded = completions.map((text) => tokenizer.encodeCompletion(text));
  const tokenIds = new Int32Array(completions.length * length).fill(tokenizer.padId);
  const written = new Uint8Array(completions.length * length);
  encoded.forEach((ids, row) => {
    tokenIds.set([...promptIds, ...ids], row * length);
    const start = row * length + promptIds.length;
    written.fill(1, start, start + ids.length);
  });
  return {
    rows: completions.length,
    tokenIds,
    length,
    written,
  };
}

/** A prefix of listed completions: its probability, and the listed tokens after it. */
interface Prefix {
  readonly logProb: number;
  /** Offset of its distribution [V]. */
  readonly offset: number;
  readonly followers: Set<number>;
}

/**
 * log-probability of each listed completion, and last of all other strings, from log p of every token, [rows, T-1, V].
 * The rest is summed prefix by prefix over unlisted next tokens: 1 minus the listed mass would be lost in rounding.
 */
export function outcomeLogProbs(logDistribution: Float32Array, sequences: ListedSequences): Float64Array {
  const { rows, tokenIds, length, written } = sequences;
  const vocabSize = logDistribution.length / (rows * (length - 1));
  const prefixes = new Map<string, Prefix>();
  const result = new Float64Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    let logProb = 0;
    let key = '';
    // Column t describes token t + 1.
    for (let t = 0; t < length - 1; t++) {
      if (written[row * length + t + 1] !== 1) continue;
      const offset = (row * (length - 1) + t) * vocabSize;
      const token = tokenIds[row * length + t + 1] as number;
      const prefix = prefixes.get(key) ?? { logProb, offset, followers: new Set<number>() };
      prefixes.set(key, prefix);
      prefix.followers.add(token);
      logProb += logDistribution[offset + token] as number;
      key += `${token},`;
    }
    result[row] = logProb;
  }
  let rest = 0;
  for (const { logProb, offset, followers } of prefixes.values()) {
    for (let token = 0; token < vocabSize; token++) {
      if (!followers.has(token)) rest += Math.exp(logProb + (logDistribution[offset + token] as number));
    }
  }
  result[rows] = Math.log(rest);
  return result;
}
