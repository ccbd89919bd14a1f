/**
 * @file A tokenizer as `tokenizer.json` and `tokenizer_config.json` (huggingface/tokenizers, huggingface/transformers).
 * Both kinds are its BPE model: a character vocabulary has no merges; SentencePiece's scores become merges in the order
 * of the scores of their results, as transformers converts Llama's. Text that spells a control token becomes that token
 * in tokenizers; `split_special_tokens` keeps transformers from it.
 */
import { BYTE_PIECE } from '../policy/bpe.ts';
import { tokenizerFrom } from '../policy/checkpoint.ts';
import { CheckpointError } from '../policy/safetensors.ts';
import type { Tokenizer, TokenizerDescription } from '../policy/tokenizer.ts';

type Bpe = Extract<TokenizerDescription, { kind: 'bpe' }>;

/** Control tokens have the first three ids in both kinds: padding, BOS, EOS. */
const CONTROLS = 3;
const BOS = 1;

/**
 * Every pair of pieces that makes a piece, best score first. Where pieces of equal score overlap in a text, ours takes
 * the leftmost and tokenizers the first of this list.
 */
function mergesOf({ vocabulary, scores }: Bpe): [string, string][] {
  const pieces = vocabulary.flatMap((piece, id) => (id < CONTROLS || BYTE_PIECE.test(piece) ? [] : [{ piece, id }]));
  const known = new Set(pieces.map(({ piece }) => piece));
  return pieces
    .toSorted((a, b) => (scores[b.id] ?? 0) - (scores[a.id] ?? 0))
    .flatMap(({ piece }) => {
      const characters = [...piece];
      return characters
        .slice(1)
        .map((_, cut): [string, string] => [characters.slice(0, cut + 1).join(''), characters.slice(cut + 1).join('')])
        .filter(([left, right]) => known.has(left) && known.has(right));
    });
}

/** The ids by token. CheckpointError for a token with two ids. */
function idsOf(vocabulary: readonly string[]): Record<string, number> {
  const ids = new Map<string, number>();
  vocabulary.forEach((token, id) => {
    if (ids.has(token))
      throw new CheckpointError(
        `tokenizer.json: tokens ${ids.get(token)} and ${id} are both ${JSON.stringify(token)}, and it holds one id a token`,
      );
    ids.set(token, id);
  });
  return Object.fromEntries(ids);
}

const typed = (type: string, rest: object = {}) => ({ type, ...rest });
const sequence = (kind: 'normalizers' | 'decoders', parts: readonly object[]) => typed('Sequence', { [kind]: parts });

/** Puts BOS before a text. */
function withBos(bos: string): object {
  const part = (name: string, type_id: number) => [
    { SpecialToken: { id: bos, type_id } },
    { Sequence: { id: name, type_id } },
  ];
  return typed('TemplateProcessing', {
    single: part('A', 0),
    pair: [...part('A', 0), ...part('B', 1)],
    special_tokens: { [bos]: { id: bos, ids: [BOS], tokens: [bos] } },
  });
}

const startsWithBos = (tokenizer: Tokenizer): boolean => tokenizer.encodePrompt('').length > 0;

/** `tokenizer.json`, that of a model of the hub unchanged. CheckpointError for a vocabulary with a repeated token. */
export function tokenizerJson(description: TokenizerDescription): object {
  if (description.kind === 'hub') return JSON.parse(description.tokenizer) as object;
  const { vocabulary } = description;
  const tokenizer = tokenizerFrom(description);
  const isBpe = description.kind === 'bpe';
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: vocabulary.slice(0, CONTROLS).map((content, id) => ({ id, content, ...flags })),
    // SentencePiece puts a space before a text.
    normalizer: isBpe ? typed('Prepend', { prepend: ' ' }) : null,
    pre_tokenizer: null,
    post_processor: startsWithBos(tokenizer) ? withBos(vocabulary[BOS] ?? '') : null,
    decoder: isBpe
      ? sequence('decoders', [
          typed('ByteFallback'),
          typed('Fuse'),
          typed('Strip', { content: ' ', start: 1, stop: 0 }),
        ])
      : typed('Fuse'),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: isBpe ? vocabulary[0] : null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: isBpe,
      byte_fallback: isBpe,
      ignore_merges: false,
      vocab: idsOf(vocabulary),
      merges: isBpe ? mergesOf(description) : [],
    },
  };
}

/** `tokenizer_config.json`; `maxSequence` is the longest sequence in tokens. */
export function tokenizerConfig(description: TokenizerDescription, maxSequence: number): object {
  if (description.kind === 'hub')
    return { ...(JSON.parse(description.settings) as object), chat_template: description.chatTemplate };
  const tokenizer = tokenizerFrom(description);
  const [pad = '', bos, eos] = description.vocabulary;
  return {
    tokenizer_class: 'PreTrainedTokenizerFast',
    model_max_length: maxSequence,
    bos_token: bos,
    eos_token: eos,
    pad_token: pad,
    ...(description.kind === 'bpe' ? { unk_token: pad } : {}),
    add_bos_token: startsWithBos(tokenizer),
    padding_side: 'left',
    clean_up_tokenization_spaces: false,
    split_special_tokens: true,
  };
}
