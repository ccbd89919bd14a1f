/** @file Presets: named starting points. */
import { defaultConfig, type TrainConfig } from './config.ts';

/** A named starting point: its differences from the default configuration. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Its lesson for people; its figures are measured. */
  readonly summary: string;
  /** Id on the Hugging Face hub of the model that the visitor must open, which answers in its chat template. */
  readonly model?: string;
  readonly config: Partial<TrainConfig>;
}

/**
 * Of the presets for models of the hub. Thirty-two completions a step and shards of 8 rows bound memory and time;
 * without a KL term no second pass of the base is needed. Learning rates are ten times those of full fine-tuning
 * (Schulman, LoRA Without Regret, 2025).
 */
const ownModel: Partial<TrainConfig> = {
  difficulty: 2,
  numGenerations: 8,
  promptsPerStep: 4,
  shardSize: 8,
  temperature: 1,
  beta: 0,
  rank: 8,
  alpha: 16,
  maxSteps: 60,
  evalEvery: 20,
  evalProblems: 32,
};

export const presets: readonly Preset[] = [
  {
    id: 'default',
    title: 'Thinking pays',
    summary:
      'The base answers sums at once and is often wrong, or works them out and is usually right. RL finds that working it out pays.',
    config: {},
  },
  {
    id: 'chain',
    title: 'Chain arithmetic',
    summary: 'Operations applied left to right.',
    config: { task: 'chain', difficulty: 3 },
  },
  {
    id: 'countdown',
    title: 'Countdown',
    summary: 'Find an expression that hits the target.',
    config: { task: 'countdown', difficulty: 3, maxSteps: 150, promptsPerStep: 16 },
  },
  {
    id: 'formats',
    title: 'Echo chamber',
    summary:
      'The base writes sums in three formats, a third each: two are nearly always right, one often wrong. RL makes one of the right ones nearly the only one.',
    config: { task: 'formats', policy: 'echo-even', difficulty: 4, maxSteps: 60 },
  },
  {
    id: 'gridlake',
    title: 'Frozen lake',
    summary:
      'The policy writes its moves across a small frozen lake, and the page walks them. RL makes walks that arrive more frequent.',
    config: { task: 'gridlake', policy: 'text', difficulty: 4, learningRate: 0.002, maxSteps: 100, promptsPerStep: 16 },
  },
  {
    id: 'exact-seq',
    title: 'Exact optimum',
    summary:
      'Three letters of eight: 512 completions, each with its reward, so the best policy under the KL penalty is known and drawn beside the one that learns.',
    config: {
      task: 'exact-seq',
      policy: 'exact-seq',
      difficulty: 3,
      algorithm: 'rloo',
      beta: 0.08,
      learningRate: 0.004,
      lrScheduler: 'linear',
      rank: 32,
      alpha: 32,
      promptsPerStep: 16,
      numGenerations: 16,
      shardSize: 128,
      maxSteps: 160,
      evalEvery: 10,
    },
  },
  {
    id: 'ttrl',
    title: 'Reward of the majority',
    summary:
      'Nobody checks the answers: what most of a group say is right (TTRL). In 60 steps 42 % become 94 %, since worked answers agree more often than guesses. With 5 additions, which the base never learnt, the majority is wrong: all agree, and hardly an answer is right.',
    config: { rewardWeights: { answer: 0, majority: 1 }, maxSteps: 60 },
  },
  {
    id: 'intuitor',
    title: 'Reward of certainty',
    summary:
      'Nobody checks the answers: the surer the policy is of each character, the better (Intuitor). It is surest of short guesses: in 60 steps the working is gone, and 42 % right become 3 %.',
    config: { rewardWeights: { answer: 0, certainty: 1 }, maxSteps: 60 },
  },
  {
    id: 'rlpr',
    title: 'Reward of a likelier answer',
    summary:
      'The right answer is known but never compared: working that makes it likelier is rewarded (RLPR). In 60 steps 42 % become 97 %. A policy that learnt to copy the answer into its working would be paid as well.',
    config: { rewardWeights: { answer: 0, answer_gain: 1 }, maxSteps: 60 },
  },
  {
    id: 'smollm2-135m',
    title: 'SmolLM2-135M: following a format',
    summary:
      'A model of the hub with 135 million weights writes words by two rules of form. The difficulty profile says beforehand how often it is right.',
    model: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    config: { ...ownModel, policy: 'own-smollm2-135m-instruct', task: 'follow-format', learningRate: 0.0002 },
  },
  {
    id: 'qwen2.5-0.5b',
    title: 'Qwen2.5-0.5B: counting legs',
    summary:
      'A model of the hub with half a billion weights counts the legs of three kinds of animals. The difficulty profile says beforehand how often it is right.',
    model: 'Qwen/Qwen2.5-0.5B-Instruct',
    config: {
      ...ownModel,
      policy: 'own-qwen2-5-0-5b-instruct',
      task: 'legs',
      difficulty: 3,
      learningRate: 0.0001,
      rank: 16,
      alpha: 32,
    },
  },
];

/** The preset of that id, or an error that lists the presets. */
export function presetById(id: string): Preset {
  const preset = presets.find((p) => p.id === id);
  if (!preset) throw new Error(`preset: there is no "${id}"; choose one of ${presets.map((p) => p.id).join(', ')}`);
  return preset;
}

/**
 * The configuration of a preset; error as of `presetById`. Of one with a model the policy stands for every kept copy of
 * that model and is replaced by the id of one.
 */
export const presetConfig = (id: string): TrainConfig => ({ ...defaultConfig, ...presetById(id).config });
