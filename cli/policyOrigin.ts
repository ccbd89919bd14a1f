/** @file The flags that say where a command's policy comes from. */
import { z } from 'zod';
import { assert } from '../src/lib/assert.ts';
import type { HubOptions } from '../src/policy/hub/model.ts';
import { type LoadedPolicy, loadPolicyFile } from './environment.ts';
import { type Flag, type FlagValues, optionalText, toggle } from './flags.ts';
import { loadModelFolder } from './modelFolder.ts';

const bits: Flag<HubOptions['bits']> = {
  summary: 'Bits of the linear weights of --model; 32 keeps them as they are.',
  placeholder: '4|8|32',
  fallbackNote: '32 up to 100 million weights, else 4',
  absent: undefined,
  schema: z
    .enum(['4', '8', '32'], { error: 'one of 4, 8, 32 is needed' })
    .transform((word) => Number(word) as 4 | 8 | 32),
};

/** `--model` and how it is read. */
export const modelFlags = {
  model: optionalText(
    'Base: a folder in the layout of the Hugging Face hub, with config.json, safetensors and tokenizer.json.',
    'DIR',
  ),
  bits,
  chat: toggle('Prompts are first messages in the chat template of --model.'),
};

/** `--policy` by any of its names, and `--model`; `usual` is the note on their absence. */
export const originFlags = (usual: string) => ({
  policy: optionalText('Base: id of a shipped policy or path of a .safetensors file.', 'ID|PATH', usual),
  base: optionalText('Another name of --policy.', 'ID|PATH', usual),
  ...modelFlags,
});

type OriginValues = FlagValues<ReturnType<typeof originFlags>>;

/** UsageError for flags of `--model` without it. */
export function checkModelFlags({ model, bits: chosen, chat }: FlagValues<typeof modelFlags>): void {
  assert(model !== undefined || chosen === undefined, '--bits: it belongs to --model');
  assert(model !== undefined || !chat, '--chat: it belongs to --model');
}

/** The policy that the flags name, or else the one of that name. UsageError that names the flag. */
export async function loadOrigin(values: OriginValues, usual: () => string): Promise<LoadedPolicy> {
  const { policy, base, model } = values;
  checkModelFlags(values);
  assert(policy === undefined || base === undefined || policy === base, '--policy and --base: they are the same thing');
  const named = policy ?? base;
  assert(model === undefined || named === undefined, '--model and --base: a run has one base');
  return model === undefined
    ? loadPolicyFile(named ?? usual(), policy === undefined && base !== undefined ? '--base' : '--policy')
    : loadModelFolder(model, { bits: values.bits, isChat: values.chat });
}
