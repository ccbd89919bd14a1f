/** @file A small byte-level tokenizer in the files of the Hugging Face hub: 256 bytes, some merges, special tokens. */

/** bytes_to_unicode of openai/gpt-2: the character of each byte. */
export const byteCharacters: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
      ? String.fromCodePoint(byte)
      : String.fromCodePoint(next++),
  );
})();

const merges = ['h e', 't he', 'Ġ the', 'i n', 'a n', 'Ġ a', 'e r', 'o n', 'Ġ +', 'Ġ =', 'Ċ Ċ', 'r e'];
const vocabulary = [...byteCharacters, ...merges.map((pair) => pair.replace(' ', ''))];
const special = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'];
/** The first id after the vocabulary with a gap, as padded vocabularies have. */
const FIRST_SPECIAL = 296;

export const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** tokenizer.json and tokenizer_config.json. */
export const tokenizerFiles: Readonly<Record<string, object>> = {
  'tokenizer.json': {
    version: '1.0',
    added_tokens: special.map((content, i) => ({
      id: FIRST_SPECIAL + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: {
            Regex: '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
          },
          behavior: 'Isolated',
          invert: false,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
      merges,
    },
  },
  'tokenizer_config.json': {
    add_bos_token: false,
    bos_token: null,
    eos_token: '<|im_end|>',
    pad_token: '<|endoftext|>',
    clean_up_tokenization_spaces: false,
    chat_template: chatTemplate,
    model_max_length: 96,
  },
};

/** Files whose tokens up to `vocabSize` all spell something: after a space, a line break or nothing, three capitals. */
export function largeTokenizerFiles(vocabSize: number): typeof tokenizerFiles {
  const file = tokenizerFiles['tokenizer.json'] as { model: { vocab: Record<string, number> } };
  const first = FIRST_SPECIAL + special.length;
  const letter = (i: number) => String.fromCharCode(65 + (i % 26));
  const more = Array.from({ length: vocabSize - first }, (_, i) => {
    const of = Math.floor(i / 3);
    const capitals = letter(of) + letter(Math.floor(of / 26)) + letter(Math.floor(of / 676));
    return [['', 'Ġ', 'Ċ'][i % 3] + capitals, first + i];
  });
  return {
    ...tokenizerFiles,
    'tokenizer.json': {
      ...file,
      model: { ...file.model, vocab: { ...file.model.vocab, ...Object.fromEntries(more) } },
    },
  };
}
