/**
 * @file `npm run generate`: continues a prompt with a policy; stdout has only the prompt and its continuation.
 */
import { z } from 'zod';
import { createRuntime } from '../src/engine/runtime/index.ts';
import { runCommand } from './command.ts';
import { backends } from './environment.ts';
import { choice, type Flag, type FlagValues, numeric, optionalNumber, optionalText, requiredText } from './flags.ts';
import { continueText } from './generation.ts';
import { loadLanguageModel } from './languageModel.ts';

const prompt: Flag<string> = {
  summary: 'Text to continue.',
  placeholder: 'S',
  fallbackNote: 'empty',
  absent: '',
  schema: z.string(),
};

const flags = {
  checkpoint: requiredText('A .safetensors policy or a llama2.c .bin.', 'PATH'),
  tokenizer: optionalText('Tokenizer of a llama2.c checkpoint.', 'PATH', 'tok<vocabulary size>.bin beside it'),
  prompt,
  temperature: numeric('Spread of the sampling; 0 takes the likeliest token.', 1, { min: 0, max: 10 }),
  steps: optionalNumber('Positions, those of the prompt included.', 'as many as the policy’s context has', {
    min: 1,
    max: 1_000_000,
    integer: true,
  }),
  seed: numeric('Same seed, same text.', 1, { min: 0, max: 2 ** 31 - 1, integer: true }),
  backend: choice('Where the graphs run.', backends, 'node'),
};

async function generate(values: FlagValues<typeof flags>): Promise<void> {
  const model = loadLanguageModel(values.checkpoint, values.tokenizer);
  const { maxSequence } = model.config;
  const steps = values.steps ?? maxSequence;
  if (steps > maxSequence) process.stderr.write(`The context of this policy ends after ${maxSequence} positions.\n`);
  const runtime = await createRuntime(values.backend);
  try {
    const { text } = await continueText(runtime, model, { ...values, steps });
    process.stdout.write(`${text}\n`);
  } finally {
    await runtime.dispose();
  }
}

await runCommand(
  { name: 'generate', summary: 'Continues a prompt with a policy of ours or a llama2.c checkpoint.', flags },
  generate,
);
