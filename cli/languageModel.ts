/**
 * @file A policy for continuing texts, from one of our files or from a llama2.c checkpoint with its tokenizer beside
 * it.
 */
import { dirname, join } from 'node:path';
import { UsageError } from '../src/lib/assert.ts';
import { bpeTokenizer, readBpeFile } from '../src/policy/bpe.ts';
import { type BaseWeights, decodeCheckpoint, tokenizerFrom } from '../src/policy/checkpoint.ts';
import { readLlama2c } from '../src/policy/llama2c.ts';
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import { inFile, readInput } from './environment.ts';

export interface LanguageModel extends BaseWeights {
  readonly tokenizer: Tokenizer;
}

/** A safetensors file has 8 bytes of header length and then the brace of its JSON header. */
const isSafetensors = (bytes: Uint8Array): boolean => bytes[8] === '{'.charCodeAt(0);

/**
 * Reads the file of `--checkpoint`. A llama2.c file needs its tokenizer: `--tokenizer`, else tok<vocabulary size>.bin
 * in the same folder. Throws UsageError naming flag and path.
 */
export function loadLanguageModel(path: string, tokenizerPath?: string): LanguageModel {
  const bytes = readInput('--checkpoint', path);
  if (isSafetensors(bytes)) {
    if (tokenizerPath !== undefined) throw new UsageError(`--tokenizer: ${path} has its tokenizer inside`);
    const { config, weights, tokenizer } = inFile('--checkpoint', path, () => decodeCheckpoint(bytes));
    return { config, weights, tokenizer: tokenizerFrom(tokenizer) };
  }
  const base = inFile('--checkpoint', path, () => readLlama2c(bytes));
  const { vocabSize } = base.config;
  const file = tokenizerPath ?? join(dirname(path), `tok${vocabSize}.bin`);
  const tokenizer = inFile('--tokenizer', file, () =>
    bpeTokenizer(readBpeFile(readInput('--tokenizer', file), vocabSize)),
  );
  return { ...base, tokenizer };
}
