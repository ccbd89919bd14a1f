import { expect, test } from 'vitest';
import { layersConfig } from '../../../../testing/layers.ts';
import { input, matmul } from '../../../engine/graph/index.ts';
import { compile } from '../../../engine/onnx/compile.ts';
import { withoutDistributions } from './distributions.ts';

const states = 8;
const graph = (tokens: number) =>
  compile('head', { logits: matmul(input('hidden', [states, 32]), input('table', [32, tokens])) });

test('logits of all states and all tokens are refused, and those of a part of the vocabulary are not', () => {
  expect(() => withoutDistributions(graph(151), layersConfig, states)).toThrow(
    'head: a tensor [8,151] is as large as all distributions together',
  );
  expect(withoutDistributions(graph(150), layersConfig, states).name).toBe('head');
});

test('a vocabulary no larger than the scores of attention is left alone', () => {
  expect(withoutDistributions(graph(32), { ...layersConfig, vocabSize: 32 }, states).name).toBe('head');
});
