/** @file Probabilities of listed completions against enumeration of every string of a small random language. */
import { expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { characterTokenizer, characterVocabulary } from '../../policy/tokenizer.ts';
import { listSequences, outcomeLogProbs } from './sequences.ts';

const tokenizer = characterTokenizer(characterVocabulary('?ab'));
const { vocabSize } = tokenizer;

/** log p of each next token after a prefix, [V]; depends on the prefix alone. */
function language(prefix: readonly number[]): number[] {
  const stream = random('language', prefix.join());
  const weights = Array.from({ length: vocabSize }, () => Math.exp(stream.normal()));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => Math.log(weight / total));
}

/** [rows, length - 1, V] for rows of tokens. */
function distributions(tokenIds: Int32Array, rows: number, length: number): Float32Array {
  return Float32Array.from(
    Array.from({ length: rows }, (_, row) => row).flatMap((row) =>
      Array.from({ length: length - 1 }, (_, t) =>
        language(Array.from(tokenIds.subarray(row * length, row * length + t + 1))),
      ).flat(),
    ),
  );
}

/** log p of a completion, token by token. */
const logProb = (completion: string): number => {
  const ids = [...tokenizer.encode('?'), ...tokenizer.encode(completion), tokenizer.eosId];
  return ids.slice(1).reduce((sum, id, t) => sum + (language(ids.slice(0, t + 1))[id] as number), 0);
};

test('each listed completion, also of different lengths, and the rest', () => {
  const completions = ['aa', 'ab', 'b', 'bba'];
  const sequences = listSequences(tokenizer, '?', completions, 6);
  const found = outcomeLogProbs(distributions(sequences.tokenIds, 4, 6), sequences);
  completions.forEach((completion, i) => expect(found[i]).toBeCloseTo(logProb(completion), 5));
  const listed = completions.reduce((sum, completion) => sum + Math.exp(logProb(completion)), 0);
  expect(Math.exp(found[4] as number)).toBeCloseTo(1 - listed, 6);
});

test('a rest far below the float32 resolution near 1 is not lost', () => {
  const sequences = listSequences(tokenizer, '?', ['a'], 3);
  const sure = (token: number) => Array.from({ length: vocabSize }, (_, id) => (id === token ? 0 : -30));
  const [a = 0] = tokenizer.encode('a');
  const found = outcomeLogProbs(Float32Array.from([...sure(a), ...sure(tokenizer.eosId)]), sequences);
  expect(found[1]).toBeCloseTo(Math.log(2 * (vocabSize - 1)) - 30, 6);
});
