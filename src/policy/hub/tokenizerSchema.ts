/**
 * @file The parts of a tokenizer.json that are read. @huggingface/tokenizers would fail in the middle of a text without
 * them, leave out a pattern that it does not know, or guess a model.
 */
import { z } from '../../lib/zod.ts';

export const tokenId = z.number({ error: 'a token id is needed' }).int('a token id is needed').min(0, 'at least 0');

const addedSchema = z.looseObject({ id: tokenId, content: z.string({ error: 'the text of a token is needed' }) });

const patternSchema = z.union(
  [z.looseObject({ Regex: z.string() }), z.looseObject({ String: z.string() })],
  'an object with Regex or String is needed',
);

const words = (text: string): string[] => text.split(' ');

const needed = (path: string, message: string) => ({ code: 'custom' as const, path: [path], message });

/** A part of one of these types, or a Sequence of such parts in the field `list`; null where a file has none. */
function partOf(list: string, types: readonly string[]) {
  const known = ['Sequence', ...types];
  const part: z.ZodType<Record<string, unknown>> = z.lazy(() =>
    z
      .looseObject({
        type: z.enum(known, {
          error: ({ input }) => `${JSON.stringify(input)?.slice(0, 60)} cannot be read; known are ${known.join(', ')}`,
        }),
        [list]: z.array(part, { error: 'a list is needed' }).optional(),
        pattern: patternSchema.optional(),
      })
      .superRefine((value, { addIssue }) => {
        const type = String(value.type);
        if (type === 'Sequence' && !value[list]) addIssue(needed(list, 'a list is needed'));
        if (['Split', 'Replace'].includes(type) && !value['pattern'])
          addIssue(needed('pattern', 'an object with Regex or String is needed'));
      }),
  );
  return part.nullish().default(null);
}

export const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedSchema).default([]),
  // Without Precompiled, of which the library computes only an approximation.
  normalizer: partOf(
    'normalizers',
    words('NFC NFD NFKC NFKD Lowercase Strip StripAccents Prepend Replace BertNormalizer'),
  ),
  pre_tokenizer: partOf(
    'pretokenizers',
    words(
      'ByteLevel Split Metaspace Digits Punctuation Whitespace WhitespaceSplit Replace FixedLength BertPreTokenizer',
    ),
  ),
  post_processor: partOf('processors', words('TemplateProcessing ByteLevel BertProcessing RobertaProcessing')),
  decoder: partOf('decoders', words('ByteLevel ByteFallback Fuse Strip Replace Metaspace BPEDecoder WordPiece CTC')),
  model: z.looseObject({
    type: z
      .literal('BPE', {
        error: ({ input }) => `${JSON.stringify(input)?.slice(0, 60)} cannot be read: merges of pairs (BPE) are built`,
      })
      .default('BPE'),
    vocab: z.record(z.string(), tokenId, { error: 'a map from tokens to ids is needed' }),
    merges: z.array(
      z.union(
        [z.string().regex(/^[^ ]+ [^ ]+$/, 'a pair of tokens is needed'), z.tuple([z.string(), z.string()])],
        'a pair of tokens is needed',
      ),
      {
        error: 'a list of pairs is needed',
      },
    ),
  }),
});

export type TokenizerFile = z.infer<typeof tokenizerSchema>;
