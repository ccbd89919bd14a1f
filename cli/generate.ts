/**
 * @file `npm run generate`: continues a prompt with a policy; stdout has only the prompt and its continuation.
 */
import { z } from 'zod';
import { assert } from '../src/lib/assert.ts';
import { createRuntime } from '../src/engine/runtime/index.ts';
import { runCommand } from './command.ts';
import { backends } from './environment.ts';
import { choice, type Flag, type FlagValues, numeric, optionalNumber, optionalText } from './flags.ts';
import { continueText } from './generation.ts';
import { type LanguageModel, loadHubModel, loadLanguageModel } from './languageModel.ts';
import { checkModelFlags, modelFlags } from './policyOrigin.ts';

const prompt: Flag<string> = {
  summary: 'Text to continue.',
  placeholder: 'S',
  fallbackNote: 'empty',
  absent: '',
  schema: z.string(),
};

const flags = {
  checkpoint: optionalText('A .safetensors policy or a llama2.c .bin.', 'PATH', '--model'),
  tokenizer: optionalText('Tokenizer of a llama2.c checkpoint.', 'PATH', 'tok<vocabulary size>.bin beside it'),
  ...modelFlags,
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

/** The model of `--checkpoint` or `--model`. UsageError that names the flag. */
async function modelOf({ checkpoint, tokenizer, model, bits, chat }: FlagValues<typeof flags>): Promise<LanguageModel> {
  checkModelFlags({ model, bits, chat });
  if (checkpoint !== undefined && model === undefined) return loadLanguageModel(checkpoint, tokenizer);
  assert(model !== undefined, '--checkpoint: a file is needed, or a folder by --model');
  assert(checkpoint === undefined, '--checkpoint and --model: a text has one model');
  assert(tokenizer === undefined, `--tokenizer: ${model} has its tokenizer inside`);
  return loadHubModel(model, { bits, isChat: chat });
}

async function generate(values: FlagValues<typeof flags>): Promise<void> {
  const model = await modelOf(values);
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
  {
    name: 'generate',
    summary:
      'Continues a prompt with a policy of ours, a llama2.c checkpoint or a model in the layout of the Hugging Face hub.',
    flags,
  },
  generate,
);
