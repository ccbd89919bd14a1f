/** @file Untrained policies of a given size, with batches for them. */
import { random } from '../../../src/lib/random.ts';
import { encodeCheckpoint, quantizeWeights } from '../../../src/policy/checkpoint.ts';
import { loraTargets } from '../../../src/policy/loraConfig.ts';
import { CHARACTER_VOCABULARY, characterTokenizer } from '../../../src/policy/tokenizer.ts';
import { presetConfig } from '../../../src/rl/config/presets.ts';
import { columnsOf, type LearnerSpec } from '../../../src/rl/learner/learner.ts';
import { defaultRecipe } from '../../../src/rl/pretraining/defaultRecipe.ts';
import { initialWeights, namedWeights } from '../../../src/rl/pretraining/pretrainer.ts';
import type { GradientBatch, RolloutBatch } from '../../../src/rl/trajectory/tokens.ts';
import { policySlot } from '../../../src/rl/words/slots.ts';
import { PRESET } from '../steps.ts';

/** Everything that a slope varies. */
export interface Size {
  /** Completions per step. */
  readonly batch: number;
  /** Tokens of a row, prompt included. */
  readonly length: number;
  readonly layers: number;
  readonly rank: number;
  readonly vocabulary: number;
  readonly workers: number;
}

const PROMPT = 8;
/** Completions of one prompt. */
const { numGenerations: GROUP, shardSize, rank } = presetConfig(PRESET);

export const baseSize: Size = {
  batch: 64,
  length: 32,
  layers: defaultRecipe.policy.layers,
  rank,
  vocabulary: CHARACTER_VOCABULARY.length,
  workers: 1,
};

/** CJK characters follow the usual ones in larger vocabularies. */
const vocabularyOf = (size: number): string[] =>
  Array.from({ length: size }, (_, i) => CHARACTER_VOCABULARY[i] ?? String.fromCodePoint(0x4e00 + i));

export function sizedSpec({ length, layers, rank: wanted, vocabulary }: Size): LearnerSpec {
  const tokenizer = characterTokenizer(vocabularyOf(vocabulary));
  const policy = { ...defaultRecipe.policy, layers, vocabSize: vocabulary, maxSequence: length };
  const weights = quantizeWeights(
    { config: policy, weights: namedWeights(policy, initialWeights(policy, 1)) },
    defaultRecipe.bits,
  );
  const provenance = {
    id: 'sized',
    title: 'Untrained',
    date: '2026-01-01',
    mixture: {},
    pretraining: {},
    accuracies: {},
  };
  const lora = { rank: wanted, alpha: 2 * wanted, targets: loraTargets };
  return {
    checkpoint: encodeCheckpoint({ ...weights, tokenizer: tokenizer.describe() }, provenance),
    slots: { [policySlot]: { set: { kind: 'lora', lora }, algorithm: { id: 'grpo' } } },
    shardSize,
    promptLength: PROMPT,
    completionLength: length - PROMPT,
  };
}

const promptsOf = ({ batch, vocabulary }: Size): number[][] => {
  const stream = random(1, 'prompts');
  const distinct = Array.from({ length: batch / GROUP }, () =>
    Array.from({ length: PROMPT }, () => stream.integer(3, vocabulary - 1)),
  );
  return Array.from({ length: batch }, (_, row) => distinct[Math.floor(row / GROUP)] as number[]);
};

/** Groups of one prompt each; the uniforms leave out the end token, one of the first, so that every row is full. */
export function sizedRollout(size: Size): RolloutBatch {
  const draws = random(2, 'uniforms');
  const uniforms = Float32Array.from({ length: size.batch * (size.length - PROMPT) }, () => 0.5 + draws.uniform() / 2);
  return { prompts: promptsOf(size), uniforms, temperature: 1, slot: policySlot };
}

/** Full rows that share their prompts in groups, with an advantage each. */
export function sizedGradient(size: Size, tokenIds: Int32Array): GradientBatch {
  const { batch, length, vocabulary } = size;
  const columns = columnsOf({ promptLength: PROMPT, completionLength: length - PROMPT });
  const whole = Int32Array.from({ length: batch * length }, () => 0);
  const completion = length - PROMPT;
  promptsOf(size).forEach((prompt, row) => {
    whole.set(prompt, row * length);
    whole.set(tokenIds.subarray(row * completion, (row + 1) * completion), row * length + PROMPT);
  });
  const stream = random(3, 'advantages');
  const perToken = (value: (row: number) => number): Float32Array => {
    const array = new Float32Array(batch * columns);
    for (let row = 0; row < batch; row++) array.fill(value(row), row * columns + PROMPT - 1, (row + 1) * columns);
    return array;
  };
  const advantages = Array.from({ length: batch }, () => stream.normal());
  return {
    rows: batch,
    temperature: 1,
    settings: { epsilon: 0.2, beta: 0.1 },
    tokenIds: whole,
    arrays: {
      weights: perToken(() => 1 / (batch * completion)),
      mask: perToken(() => 1),
      rewards: new Float32Array(batch * columns),
      oldLogProbs: perToken(() => -Math.log(vocabulary)),
      advantages: perToken((row) => advantages[row] as number),
    },
  };
}
