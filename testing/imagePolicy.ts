/** @file A policy that answers about an 8 x 8 image, and the gradient of its patch embedder. */
import { grad } from '../src/engine/autodiff/grad.ts';
import { constant, input, mul, neg, reduceSum, slice } from '../src/engine/graph/index.ts';
import type { Numbers } from '../src/engine/onnx/graphRun.ts';
import { random } from '../src/lib/random.ts';
import type { ImagePart, Prompt } from '../src/tasks/prompt.ts';
import { type PolicyConfig } from '../src/policy/config.ts';
import { embed, embedPatches, embedTokens, encodePrompt, patchLayout, type PatchShape } from '../src/policy/embed.ts';
import { randomAdapter, randomWeights, tinyConfig } from './tinyPolicy.ts';
import { frozenParameters } from '../src/policy/parameters.ts';
import { scoreTargets } from './wholeRows.ts';
import { characterTokenizer } from '../src/policy/tokenizer.ts';

const tokenizer = characterTokenizer();
const config: PolicyConfig = { ...tinyConfig, vocabSize: tokenizer.vocabSize };
export const imagePatches: PatchShape = { patch: 4, channels: 3, dim: config.dim };

export function randomImage(seed: number): ImagePart {
  const stream = random(seed, 'image');
  const pixels = Float32Array.from({ length: 8 * 8 * 3 }, () => stream.uniform());
  return { kind: 'image', height: 8, width: 8, channels: 3, pixels };
}

/** Two rows of the same shape: text, image, text, and then the answer's tokens. */
const prompts: readonly Prompt[] = [0, 1].map((seed) => [
  { kind: 'text', text: 'a' },
  randomImage(seed),
  { kind: 'text', text: '?=' },
]);
const answers = prompts.map((_, row) => [...tokenizer.encode(['42', '7+'][row] as string), tokenizer.eosId]);

/** Visibility mask [T, T]: patches of one image see each other; every other entry sees only itself and earlier ones. */
function visibleEntries(kinds: readonly string[]) {
  const seen = kinds.flatMap((from, i) =>
    kinds.map((to, j) => Number(j <= i || (from === 'patches' && to === 'patches'))),
  );
  return constant(Uint8Array.from(seen), [kinds.length, kinds.length], 'bool');
}

/**
 * The negative log-likelihood of the answers and its gradient with respect to the patch embedder; inputs are `patches`
 * [size] and the ones in `feeds`.
 */
export function imageGradient() {
  const rows = prompts.map((prompt) => encodePrompt(prompt, tokenizer, imagePatches));
  const size = patchLayout(imagePatches).size;
  const flat = input('patches', [size]);
  const parameters = { ...frozenParameters(randomWeights(config, 1)), fewNodes: true };
  const feeds: Record<string, Numbers> = { patches: randomAdapter(size, 2, 0.3) };
  const kinds: string[] = [];
  const parts = (rows[0] ?? []).map((first, i) => {
    const column = rows.map((row) => row[i]);
    const name = `part.${i}`;
    if (first.kind === 'patches') {
      kinds.push(...Array<string>(first.count).fill('patches'));
      feeds[name] = column.flatMap((part) => (part?.kind === 'patches' ? [...part.pixels] : []));
      const numbers = imagePatches.patch ** 2 * imagePatches.channels;
      return embedPatches(imagePatches, flat, input(name, [rows.length, first.count, numbers]));
    }
    kinds.push(...first.ids.map(() => 'tokens'));
    feeds[name] = column.flatMap((part) => (part?.kind === 'tokens' ? part.ids : []));
    return embedTokens(parameters, input(name, [rows.length, first.ids.length], 'int'));
  });
  const promptLength = kinds.length;
  const answerLength = (answers[0] ?? []).length;
  const read = input('answer', [rows.length, answerLength - 1], 'int');
  feeds.answer = answers.flatMap((ids) => ids.slice(0, -1));
  kinds.push(...Array<string>(answerLength - 1).fill('tokens'));
  const x = embed([...parts, embedTokens(parameters, read)]);
  const targets = input('targets', [rows.length, kinds.length], 'int');
  feeds.targets = answers.flatMap((ids) => [...Array<number>(promptLength - 1).fill(0), ...ids]);
  const { logProbs } = scoreTargets(
    config,
    parameters,
    { x, visible: visibleEntries(kinds) },
    targets,
    constant([1], []),
  );
  const answered = slice(logProbs, 1, promptLength - 1, kinds.length);
  const loss = neg(reduceSum(mul(answered, 1 / rows.length)));
  return { outputs: { loss, gradient: grad(loss, [flat])[0] as typeof loss }, feeds, x, kinds };
}
