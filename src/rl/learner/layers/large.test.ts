/** @file Which policies are learnt in layers. */
import { expect, test } from 'vitest';
import { tinyCheckpoint } from '../../../../testing/tinyRun.ts';
import { layersConfig, specOf } from '../../../../testing/layers.ts';
import { randomWeights } from '../../../../testing/tinyPolicy.ts';
import { encodeCheckpoint } from '../../../policy/checkpoint.ts';
import { CHARACTER_VOCABULARY, characterTokenizer } from '../../../policy/tokenizer.ts';
import { largeDecoderOf } from './large.ts';
import { needsLayers } from './sizes.ts';

test('a large vocabulary or many weights need layers', () => {
  expect(needsLayers(layersConfig)).toBe(false);
  expect(needsLayers({ ...layersConfig, vocabSize: 16_384 })).toBe(false);
  expect(needsLayers({ ...layersConfig, vocabSize: 16_385 })).toBe(true);
  expect(needsLayers({ ...layersConfig, layers: 10_000 })).toBe(false);
  expect(needsLayers({ ...layersConfig, layers: 12_000 })).toBe(true);
});

test('the decoder of a large policy file is read, and that of a small one is not', () => {
  const config = { ...layersConfig, vocabSize: 20_000, layers: 1 };
  const more = Array.from({ length: 20_000 - CHARACTER_VOCABULARY.length }, (_, i) =>
    String.fromCodePoint(0x10000 + i),
  );
  const tokenizer = characterTokenizer([...CHARACTER_VOCABULARY, ...more]).describe();
  const facts = { mixture: {}, pretraining: {}, accuracies: {} };
  const provenance = { id: 'large', title: 'Random', date: '2026-11-30', ...facts };
  const checkpoint = encodeCheckpoint({ config, weights: randomWeights(config, 1), tokenizer }, provenance);
  const spec = { ...specOf({ id: 'grpo' }), checkpoint };
  expect(largeDecoderOf(spec)).toMatchObject({ config, special: { padId: 0, endIds: [2] } });
  expect(largeDecoderOf({ ...spec, checkpoint: tinyCheckpoint() })).toBeNull();
});
