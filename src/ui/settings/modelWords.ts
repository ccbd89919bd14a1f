/** @file Words about models that the visitor brings. */
import { formatBytes } from '../format.ts';

export const modelWords = {
  open: 'Open a model’s folder',
  about:
    'A folder in the layout of the Hugging Face hub: config.json, safetensors and tokenizer.json of a Llama, Qwen 2, Qwen 3 or Gemma 3 model. It is read here and stays in this browser.',
  group: 'Your models',
  summary: 'A model that you opened from a folder; prompts are put into its chat template where it has one.',
  unnamed: 'model',
  reading: (done: number, all: number) =>
    all === 0 ? 'Reading the folder.' : `Reading: ${formatBytes(done)} of ${formatBytes(all)}.`,
};
