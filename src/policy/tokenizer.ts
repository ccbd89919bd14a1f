/**
 * @file Text to token ids and back: the interface, its serialisable description, and the character tokenizer of the
 * shipped policies.
 */
import { z } from '../lib/zod.ts';
import { UsageError } from '../lib/assert.ts';

/** Framing of texts in a rollout; a description states it if it differs from the default of its kind. */
const framing = {
  /** Whether every prompt starts with BOS. */
  startsWithBos: z.boolean().optional(),
  /** Ids that end a completion; demonstrations end with the first. */
  endIds: z.array(z.number().int().min(0)).min(1).optional(),
};

/** Complete description of a tokenizer; stored in every checkpoint. */
export const tokenizerDescriptionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('character'),
    /** Token of every id: three control tokens, then single characters. */
    vocabulary: z.array(z.string().min(1)).min(4),
    ...framing,
  }),
  z.strictObject({
    kind: z.literal('bpe'),
    /** Piece of every id, as in the SentencePiece model; a space is a space. */
    vocabulary: z.array(z.string()).min(4),
    /** Merge score of every id; the highest merges first. */
    scores: z.array(z.number()).min(4),
    ...framing,
  }),
  z.strictObject({
    kind: z.literal('hub'),
    /** Text of the tokenizer.json, and of the tokenizer_config.json without its template. */
    tokenizer: z.string().min(2),
    settings: z.string().min(2),
    /** Jinja template of conversations. */
    chatTemplate: z.string().optional(),
    /** Whether a prompt is the first message of a conversation. */
    isChat: z.boolean().optional(),
    /** Rows of the embedding; the tokenizer may have fewer tokens. */
    vocabSize: z.number().int().min(1),
    padId: z.number().int().min(0),
    /** Absent for models without BOS. */
    bosId: z.number().int().min(0).optional(),
    endIds: z.array(z.number().int().min(0)).min(1),
  }),
]);

export type TokenizerDescription = z.infer<typeof tokenizerDescriptionSchema>;

export type HubDescription = Extract<TokenizerDescription, { kind: 'hub' }>;

export type Framing = Pick<Exclude<TokenizerDescription, HubDescription>, 'startsWithBos' | 'endIds'>;

/** A message of a conversation, in the words of chat templates. */
export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/** Text and ids, without the framing of a rollout. */
export interface Vocabulary {
  readonly vocabSize: number;
  /** Pads sequences on the right. */
  readonly padId: number;
  /** Null for models without BOS. */
  readonly bosId: number | null;
  readonly eosId: number;
  /** Ids of a text, without control tokens. */
  encode(text: string): number[];
  /** Most ids of a text of `characters` ASCII characters. */
  mostIds(characters: number): number;
  /** Text of ids; control tokens (pad, BOS, EOS) are left out. Throws UsageError for an id outside the vocabulary. */
  decode(ids: readonly number[]): string;
  /** A token as text for people, control tokens included. */
  tokenText(id: number): string;
  /** Whether a token is no text: pad, BOS, EOS and the like. */
  isControl(id: number): boolean;
  describe(): TokenizerDescription;
}

export interface Tokenizer extends Vocabulary {
  /** Text of ids with control tokens spelled out. */
  spell(ids: readonly number[]): string;
  /** Ids of a conversation up to where the model answers; absent where prompts are no conversations. */
  encodeChat?(messages: readonly ChatMessage[]): number[];
  /** Ids that end a completion; demonstrations end with the first. */
  readonly endIds: readonly [number, ...number[]];
  /** Ids of a prompt, with BOS if prompts start with it. */
  encodePrompt(text: string): number[];
  /** Ids of a whole completion, the end token included. */
  encodeCompletion(text: string): number[];
  /** Longest prompt and completion in tokens, from lengths in ASCII characters and the most messages of a prompt. */
  tokenLengths(characters: {
    readonly prompt: number;
    readonly completion: number;
    readonly messages?: number;
  }): TokenLengths;
}

/** Longest prompt, BOS included, and completion, the end token included, in tokens. */
export interface TokenLengths {
  readonly promptLength: number;
  readonly completionLength: number;
}

/**
 * A vocabulary with its framing; `stated` is the description's part of it. UsageError for an end token outside the
 * vocabulary.
 */
export function framed(vocabulary: Vocabulary, stated: Framing, defaults: Required<Framing>): Tokenizer {
  const { startsWithBos, endIds } = stated;
  const { padId, bosId, eosId } = vocabulary;
  const prefix = (startsWithBos ?? defaults.startsWithBos) && bosId !== null ? [bosId] : [];
  const ends = (endIds ?? defaults.endIds) as [number, ...number[]];
  const surplus = ends.find((id) => id >= vocabulary.vocabSize);
  if (surplus !== undefined)
    throw new UsageError(`endIds: token ${surplus} is outside the vocabulary of ${vocabulary.vocabSize}`);
  const control = new Set([padId, bosId, eosId, ...ends]);
  return {
    ...vocabulary,
    endIds: ends,
    // Decoding drops control tokens, and `1<pad>2` is not 12.
    spell: (ids) =>
      ids.some((id) => control.has(id)) ? ids.map((id) => vocabulary.tokenText(id)).join('') : vocabulary.decode(ids),
    encodePrompt: (text) => [...prefix, ...vocabulary.encode(text)],
    encodeCompletion: (text) => [...vocabulary.encode(text), ends[0]],
    tokenLengths: ({ prompt, completion }) => ({
      promptLength: prefix.length + vocabulary.mostIds(prompt),
      completionLength: vocabulary.mostIds(completion) + 1,
    }),
    describe: () => ({
      ...vocabulary.describe(),
      ...(startsWithBos === undefined ? {} : { startsWithBos }),
      ...(endIds === undefined ? {} : { endIds }),
    }),
  };
}

/** The token of an id, or a UsageError that names the id. */
export function tokenOf(vocabulary: readonly string[], id: number): string {
  const token = vocabulary[id];
  if (token === undefined) throw new UsageError(`token id ${id} is outside the vocabulary of ${vocabulary.length}`);
  return token;
}

const CONTROL = ['<pad>', '<bos>', '<eos>'] as const;
const CHARACTERS = '0123456789abcdefghijklmnopqrstuvwxyz+-*/=()[]<>,;:.?!#|&^_@~ ';

/** The control tokens `<pad>` 0, `<bos>` 1, `<eos>` 2, then one token a character. */
export const characterVocabulary = (characters: string): string[] => [...CONTROL, ...characters];

/** The 64 tokens that most shipped policies have. */
export const CHARACTER_VOCABULARY: readonly string[] = characterVocabulary(CHARACTERS);

/** One token per character. UsageError if the vocabulary lacks the control tokens or repeats a token. */
export function characterTokenizer(
  vocabulary: readonly string[] = CHARACTER_VOCABULARY,
  { startsWithBos, endIds }: Framing = {},
): Tokenizer {
  CONTROL.forEach((token, id) => {
    if (vocabulary[id] !== token)
      throw new UsageError(`character tokenizer: token ${id} must be ${token}, not ${JSON.stringify(vocabulary[id])}`);
  });
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  if (ids.size !== vocabulary.length) throw new UsageError('character tokenizer: the vocabulary repeats a token');
  const multiple = vocabulary.slice(CONTROL.length).find((token) => [...token].length !== 1);
  if (multiple !== undefined)
    throw new UsageError(`character tokenizer: ${JSON.stringify(multiple)} is not a single character`);
  const own: Vocabulary = {
    vocabSize: vocabulary.length,
    padId: 0,
    bosId: 1,
    eosId: 2,
    mostIds: (characters) => characters,
    encode: (text) =>
      Array.from(text, (character, position) => {
        const id = ids.get(character);
        if (id === undefined)
          throw new UsageError(
            `${JSON.stringify(character)} at position ${position} is not in the vocabulary of this policy`,
          );
        return id;
      }),
    decode: (tokenIds) =>
      tokenIds
        .map((id) => tokenOf(vocabulary, id))
        .filter((_, position) => (tokenIds[position] as number) >= CONTROL.length)
        .join(''),
    tokenText: (id) => tokenOf(vocabulary, id),
    isControl: (id) => id < CONTROL.length,
    describe: () => ({ kind: 'character', vocabulary: [...vocabulary] }),
  };
  return framed(own, { startsWithBos, endIds }, { startsWithBos: false, endIds: [own.eosId] });
}
