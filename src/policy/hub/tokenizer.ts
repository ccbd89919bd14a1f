/**
 * @file Tokenizers and chat templates of models in the hub's layout: tokenizer.json by @huggingface/tokenizers, Jinja
 * templates by @huggingface/jinja.
 */
import type { Template } from '@huggingface/jinja';
import type { Tokenizer as HubLibrary } from '@huggingface/tokenizers';
import { present, UsageError } from '../../lib/assert.ts';
import type { ChatMessage, HubDescription, Tokenizer } from '../tokenizer.ts';
import { tokenLabel } from './tokenLabel.ts';
import type { TokenizerFile } from './tokenizerSchema.ts';

interface Libraries {
  readonly Library: typeof HubLibrary;
  readonly ChatTemplate: typeof Template;
}

let libraries: Libraries | null = null;

/** Loads the libraries that `hubTokenizer` needs; on demand, because shipped policies do without them. */
export async function loadHubLibraries(): Promise<void> {
  if (libraries) return;
  const [tokenizers, jinja] = await Promise.all([import('@huggingface/tokenizers'), import('@huggingface/jinja')]);
  libraries = { Library: tokenizers.Tokenizer, ChatTemplate: jinja.Template };
}

const loaded = (): Libraries => present(libraries, 'the libraries of loadHubLibraries');

/** The result of `run`; any error of a library becomes a UsageError that names the file. */
function within<T>(file: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    const what = cause instanceof SyntaxError && file === 'tokenizer.json' ? 'pattern.Regex: ' : '';
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${file}: ${what}${why.slice(0, 200)}`, { cause });
  }
}

/** The text of a token that tokenizer_config.json states, as text or as an object. */
const contentOf = (token: unknown): string | undefined =>
  typeof token === 'string' ? token : ((token as { content?: string } | null)?.content ?? undefined);

/** Renders a conversation, up to where the model answers. */
function chatRenderer(source: string, settings: Record<string, unknown>): (messages: readonly ChatMessage[]) => string {
  const template = within('chat template', () => new (loaded().ChatTemplate)(source));
  const tokens = Object.fromEntries(
    ['bos_token', 'eos_token', 'pad_token', 'unk_token'].map((name) => [name, contentOf(settings[name])]),
  );
  return (messages) =>
    within('chat template', () => template.render({ ...tokens, messages, add_generation_prompt: true }));
}

/**
 * A function that finds a character of a text which the library leaves out: it does so with those that have no token,
 * if there is none for unknown ones. White space may be left out where a text is split, and any where it is cleaned.
 */
function leftOutBy(library: HubLibrary, { model, normalizer, pre_tokenizer: split }: TokenizerFile) {
  const cleans = /"(?:Strip|StripAccents|BertNormalizer)"/.test(JSON.stringify(normalizer));
  const known = new Map<string, boolean>();
  const isLeftOut = (character: string): boolean => {
    const isBlank = character.trim() === '' && (split !== null || normalizer !== null);
    const found =
      known.get(character) ?? (!isBlank && library.encode(character, { add_special_tokens: false }).ids.length === 0);
    known.set(character, found);
    return found;
  };
  const special = () => [...library.get_added_tokens_decoder().values()].map(({ content }) => content);
  return (text: string): string | undefined => {
    if (cleans || (model['unk_token'] ?? null) !== null) return undefined;
    const found = [...new Set(text)].find(isLeftOut);
    const isPlain =
      found !== undefined &&
      special()
        .reduce((rest, part) => rest.replaceAll(part, ''), text)
        .includes(found);
    return isPlain ? found : undefined;
  };
}

/** Encoding by the library. UsageError for a text with a character that no token spells. */
function encoderOf(library: HubLibrary, file: TokenizerFile, vocabSize: number) {
  const leftOut = leftOutBy(library, file);
  return (text: string, special: boolean): number[] => {
    const { ids, tokens } = within('tokenizer.json', () => library.encode(text, { add_special_tokens: special }));
    const lost = within('tokenizer.json', () => leftOut(text));
    if (lost !== undefined)
      throw new UsageError(
        `${JSON.stringify(lost)} at position ${text.indexOf(lost)} is not in the vocabulary of this policy`,
      );
    const unknown = ids.findIndex((id) => !Number.isInteger(id) || id >= vocabSize);
    if (unknown >= 0)
      throw new UsageError(`${JSON.stringify(tokens[unknown])} is not in the vocabulary of this policy`);
    return ids;
  };
}

function decoderOf(library: HubLibrary, isSpecial: (id: number) => boolean, vocabSize: number) {
  return (ids: readonly number[], withControl: boolean): string => {
    const outside = ids.find((id) => !(id >= 0 && id < vocabSize));
    if (outside !== undefined) throw new UsageError(`token id ${outside} is outside the vocabulary of ${vocabSize}`);
    // Rows of the embedding beyond the tokenizer's last id spell nothing.
    const known = ids.filter((id) => library.id_to_token(id) !== undefined && (withControl || !isSpecial(id)));
    return known.length === 0 ? '' : within('tokenizer.json', () => library.decode(known));
  };
}

/** Ids of the tokens that are no text. */
function specialIds(library: HubLibrary, { padId, bosId, endIds }: HubDescription): ReadonlySet<number> {
  const added = [...library.get_added_tokens_decoder()].flatMap(([id, { special }]) => (special ? [id] : []));
  return new Set([...added, padId, ...endIds, ...(bosId === undefined ? [] : [bosId])]);
}

/** The tokenizer of a model, after `loadHubLibraries`. UsageError that names the file if a library cannot read it. */
export function hubTokenizer(description: HubDescription): Tokenizer {
  const { vocabSize, padId, bosId, endIds, chatTemplate, isChat } = description;
  const settings = JSON.parse(description.settings) as Record<string, unknown>;
  const file = JSON.parse(description.tokenizer) as TokenizerFile;
  const library = within('tokenizer.json', () => new (loaded().Library)(file, settings));
  const special = specialIds(library, description);
  const encode = encoderOf(library, file, vocabSize);
  const decode = decoderOf(library, (id) => special.has(id), vocabSize);
  const label = tokenLabel(description.tokenizer);
  const render = chatTemplate === undefined ? null : chatRenderer(chatTemplate, settings);
  // A template writes the special tokens itself.
  const encodeChat = isChat && render ? (messages: readonly ChatMessage[]) => encode(render(messages), false) : null;
  const encodePrompt = (text: string): number[] =>
    encodeChat ? encodeChat([{ role: 'user', content: text }]) : encode(text, true);
  const framing = encodePrompt('').length;
  return {
    vocabSize,
    padId,
    bosId: bosId ?? null,
    eosId: endIds[0] as number,
    endIds: endIds as [number, ...number[]],
    encode: (text) => encode(text, false),
    decode: (ids) => decode(ids, false),
    spell: (ids) => decode(ids, true),
    mostIds: (characters) => characters,
    tokenText: (id) => label(library.id_to_token(id), special.has(id)) ?? `<unused ${id}>`,
    isControl: (id) => special.has(id) || library.id_to_token(id) === undefined,
    encodePrompt,
    encodeCompletion: (text) => [...encode(text, false), endIds[0] as number],
    // The frame of a whole conversation is at least that of each of its messages.
    tokenLengths: ({ prompt, completion, messages = 1 }) => ({
      promptLength: framing * messages + prompt,
      completionLength: completion + 1,
    }),
    ...(encodeChat ? { encodeChat } : {}),
    describe: () => description,
  };
}
