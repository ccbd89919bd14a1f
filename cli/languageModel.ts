/**
 * @file A policy for continuing texts: one of our files, a llama2.c checkpoint with its tokenizer beside it, or a
 * folder in the layout of the Hugging Face hub.
 */
import { dirname, join } from 'node:path';
import { UsageError } from '../src/lib/assert.ts';
import { bpeTokenizer, readBpeFile } from '../src/policy/bpe.ts';
import { type BaseWeights, decodeCheckpoint, tokenizerFrom } from '../src/policy/checkpoint.ts';
import { type HubOptions, readHubModel } from '../src/policy/hub/model.ts';
import { readLlama2c } from '../src/policy/llama2c.ts';
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import { inFile, readInput } from './environment.ts';
import { readFolder } from './modelFolder.ts';

export interface LanguageModel extends BaseWeights {
  readonly tokenizer: Tokenizer;
  /** Whether prompts are put into a chat template, so that only the reply is text of the model. */
  readonly isChat?: boolean;
}

/** The model in the folder of `--model`. UsageError naming flag, folder and file. */
export async function loadHubModel(folder: string, options: HubOptions): Promise<LanguageModel> {
  const { config, weights, tokenizer } = await readFolder(folder, options, readHubModel);
  return { config, weights, tokenizer: tokenizerFrom(tokenizer), isChat: tokenizer.isChat ?? false };
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
