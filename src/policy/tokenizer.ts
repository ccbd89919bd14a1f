/**
 * @file Text to token ids and back: the interface, its serialisable description, and the character tokenizer of the
 * shipped policies.
 */
import { z } from '../lib/zod.ts';
import { UsageError } from '../lib/assert.ts';

/** Complete description of a tokenizer; stored in every checkpoint. */
export const tokenizerDescriptionSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('character'),
    /** Token of every id: three control tokens, then single characters. */
    vocabulary: z.array(z.string().min(1)).min(4),
  }),
  z.strictObject({
    kind: z.literal('bpe'),
    /** Piece of every id, as in the SentencePiece model; a space is a space. */
    vocabulary: z.array(z.string()).min(4),
    /** Merge score of every id; the highest merges first. */
    scores: z.array(z.number()).min(4),
  }),
]);

export type TokenizerDescription = z.infer<typeof tokenizerDescriptionSchema>;

export interface Tokenizer {
  readonly vocabSize: number;
  /** Pads sequences on the right. */
  readonly padId: number;
  /** Begins every sequence the policy reads; `encode` does not add it. */
  readonly bosId: number;
  /** Ends a completion; `encode` does not add it. */
  readonly eosId: number;
  /** Ids of a text, without control tokens. */
  encode(text: string): number[];
  /** Text of ids; control tokens (pad, BOS, EOS) are left out. Throws UsageError for an id outside the vocabulary. */
  decode(ids: readonly number[]): string;
  /** A token as text for people, control tokens included. */
  tokenText(id: number): string;
  describe(): TokenizerDescription;
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

/** One token a character. Throws UsageError where the vocabulary lacks the control tokens or repeats a token. */
export function characterTokenizer(vocabulary: readonly string[] = CHARACTER_VOCABULARY): Tokenizer {
  CONTROL.forEach((token, id) => {
    if (vocabulary[id] !== token)
      throw new UsageError(`character tokenizer: token ${id} must be ${token}, not ${JSON.stringify(vocabulary[id])}`);
  });
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  if (ids.size !== vocabulary.length) throw new UsageError('character tokenizer: the vocabulary repeats a token');
  const multiple = vocabulary.slice(CONTROL.length).find((token) => [...token].length !== 1);
  if (multiple !== undefined)
    throw new UsageError(`character tokenizer: ${JSON.stringify(multiple)} is not a single character`);
  return {
    vocabSize: vocabulary.length,
    padId: 0,
    bosId: 1,
    eosId: 2,
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
    describe: () => ({ kind: 'character', vocabulary: [...vocabulary] }),
  };
}
