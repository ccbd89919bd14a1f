/** @file The description of a tokenizer from the files of a model: ids that end a text, template, pad token. */
import { z } from '../../lib/zod.ts';
import { assert, UsageError } from '../../lib/assert.ts';
import { CheckpointError } from '../safetensorsHeader.ts';
import type { HubDescription } from '../tokenizer.ts';
import type { HubConfig } from './architectures.ts';
import { type ModelSource, needJson, readJson, readText } from './source.ts';
import { hubTokenizer, loadHubLibraries } from './tokenizer.ts';
import { tokenId, type TokenizerFile, tokenizerSchema } from './tokenizerSchema.ts';

/** A special token as text, or as an object with its text. */
const tokenSchema = z.union([z.string(), z.looseObject({ content: z.string() })], 'the text of a token is needed');

const settingsSchema = z.looseObject({
  bos_token: tokenSchema.nullish(),
  eos_token: tokenSchema.nullish(),
  pad_token: tokenSchema.nullish(),
  unk_token: tokenSchema.nullish(),
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))], 'a template is needed')
    .nullish(),
});

type Settings = z.infer<typeof settingsSchema>;

const generationSchema = z.looseObject({
  eos_token_id: z.union([tokenId, z.array(tokenId)], 'a token id, or a list of them, is needed').nullish(),
  bos_token_id: tokenId.nullish(),
  // -1 stands for none.
  pad_token_id: z.number({ error: 'a token id is needed' }).int('a token id is needed').nullish(),
});

export type ChatChoice = boolean | 'where there is a template';

/** Ids by token. */
function idsOf({ model: { vocab }, added_tokens: added }: TokenizerFile): ReadonlyMap<string, number> {
  return new Map([...Object.entries(vocab), ...added.map(({ content, id: at }) => [content, at] as const)]);
}

/** The template of conversations: chat_template.jinja, else the default of tokenizer_config.json. */
async function templateOf(source: ModelSource, { chat_template: stated }: Settings): Promise<string | undefined> {
  const file = await readText(source, 'chat_template.jinja');
  if (file !== null) return file;
  if (typeof stated === 'string') return stated;
  return (stated?.find(({ name }) => name === 'default') ?? stated?.[0])?.template;
}

const asList = (ids: number | readonly number[]): readonly number[] => (typeof ids === 'number' ? [ids] : ids);

/** CheckpointError for ids, by the place that states them, that are no rows of the embedding. */
function checkIds(ids: Readonly<Record<string, readonly number[]>>, { vocab_size: rows }: HubConfig): void {
  for (const [place, some] of Object.entries(ids)) {
    const outside = some.find((at) => !(at >= 0 && at < rows));
    if (outside !== undefined)
      throw new CheckpointError(`${place}: token ${outside} is outside the ${rows} of config.json’s vocab_size`);
  }
}

/** The ids that a rollout needs. The first statement counts: generation_config.json, config.json, the tokenizer's. */
async function framingOf(source: ModelSource, hub: HubConfig, settings: Settings, ids: ReadonlyMap<string, number>) {
  const generation = (await readJson(source, 'generation_config.json', generationSchema)) ?? {};
  const named = (token: Settings['eos_token']) =>
    token ? ids.get(typeof token === 'string' ? token : token.content) : undefined;
  const ends = generation.eos_token_id ?? hub.eos_token_id ?? named(settings.eos_token);
  if (ends === undefined || ends === null || asList(ends).length === 0)
    throw new CheckpointError(
      'generation_config.json: eos_token_id: no token ends a text, neither here nor in config.json or tokenizer_config.json',
    );
  const endIds = [...asList(ends)];
  const bosId = generation.bos_token_id ?? hub.bos_token_id ?? named(settings.bos_token);
  const padIds = [generation.pad_token_id, hub.pad_token_id, named(settings.pad_token)];
  const padId = padIds.find((at) => typeof at === 'number' && at >= 0) ?? (endIds[0] as number);
  const files = 'generation_config.json or config.json';
  const stated = { eos_token_id: endIds, pad_token_id: [padId], bos_token_id: asList(bosId ?? []) };
  checkIds(Object.fromEntries(Object.entries(stated).map(([field, some]) => [`${files}: ${field}`, some])), hub);
  return { endIds, padId, ...(bosId === undefined || bosId === null ? {} : { bosId }) };
}

/**
 * The tokenizer of a model; `choice` puts prompts into its chat template. It is built once, so that a damaged one is
 * found here. CheckpointError that names the file.
 */
export async function readHubTokenizer(
  source: ModelSource,
  hub: HubConfig,
  choice: ChatChoice = false,
): Promise<HubDescription> {
  const tokenizer = await needJson(source, 'tokenizer.json', tokenizerSchema);
  const own = (await readJson(source, 'tokenizer_config.json', settingsSchema)) ?? {};
  // Older models name their special tokens there alone.
  const named = own.eos_token ? {} : await readJson(source, 'special_tokens_map.json', settingsSchema);
  const settings = { ...named, ...own };
  const ids = idsOf(tokenizer);
  // Gemma 3 reads text alone and has an added token for images beyond its embedding, which the encoder refuses.
  checkIds({ 'tokenizer.json': Object.values(tokenizer.model.vocab) }, hub);
  const chatTemplate = await templateOf(source, settings);
  const isChat = choice === 'where there is a template' ? chatTemplate !== undefined : choice;
  if (isChat && chatTemplate === undefined)
    throw new CheckpointError('tokenizer_config.json: chat_template: this model has no template for conversations');
  const { chat_template: _, added_tokens_decoder: __, ...rest } = settings;
  const description: HubDescription = {
    kind: 'hub',
    tokenizer: JSON.stringify(tokenizer),
    settings: JSON.stringify(rest),
    ...(chatTemplate === undefined ? {} : { chatTemplate }),
    ...(isChat ? { isChat } : {}),
    vocabSize: hub.vocab_size,
    ...(await framingOf(source, hub, settings, ids)),
  };
  await loadHubLibraries();
  try {
    const built = hubTokenizer(description);
    const text = built.spell(Object.values(tokenizer.model.vocab).slice(0, 8));
    built.decode(built.encode(text));
    assert(!isChat || built.encodePrompt(text).length > 0, 'chat template: of a message it makes an empty text');
  } catch (cause) {
    if (cause instanceof UsageError) throw new CheckpointError(cause.message, { cause });
    throw cause;
  }
  return description;
}
