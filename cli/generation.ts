/** @file Continues a text with a policy; positions are counted as in llama2.c. */
import type { Runtime } from '../src/engine/runtime/runtime.ts';
import { assert, UsageError } from '../src/lib/assert.ts';
import { frozenParameters } from '../src/policy/parameters.ts';
import { createCpuSampler } from '../src/policy/cpuSampler.ts';
import { random } from '../src/lib/random.ts';
import type { LanguageModel } from './languageModel.ts';

export interface GenerationOptions {
  readonly prompt: string;
  /** 0 samples greedily. */
  readonly temperature: number;
  /** Positions that the policy reads: prompt (BOS included) and continuation; at most its context length. */
  readonly steps: number;
  readonly seed: number;
}

export interface Continuation {
  /** Prompt and continuation; of a conversation the reply alone. */
  readonly text: string;
  readonly promptIds: readonly number[];
  /** Without the token that ended it. */
  readonly completionIds: readonly number[];
  /** Ended by an end token rather than by the number of steps. */
  readonly ended: boolean;
}

function encoded({ tokenizer }: LanguageModel, prompt: string): number[] {
  try {
    return tokenizer.encodePrompt(prompt);
  } catch (cause) {
    if (cause instanceof UsageError) throw new UsageError(`--prompt: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Token ids of the prompt, and the number of tokens to draw. Throws UsageError if they exceed the context. */
function plan(model: LanguageModel, { prompt, steps }: GenerationOptions): { promptIds: number[]; draws: number } {
  const { config } = model;
  const promptIds = encoded(model, prompt);
  assert(promptIds.length > 0, '--prompt: this policy needs at least one character to continue');
  assert(
    promptIds.length <= config.maxSequence,
    `--prompt: it takes ${promptIds.length} tokens, and the context of this policy has ${config.maxSequence}`,
  );
  assert(
    promptIds.length <= steps,
    `--steps: the prompt alone takes ${promptIds.length} positions, so at least as many are needed, not ${steps}`,
  );
  return { promptIds, draws: Math.min(steps, config.maxSequence) - promptIds.length + 1 };
}

/**
 * Continues the prompt until an end token or the last position.
 */
export async function continueText(
  runtime: Runtime,
  model: LanguageModel,
  options: GenerationOptions,
): Promise<Continuation> {
  const { config, weights, tokenizer } = model;
  const { endIds, padId } = tokenizer;
  const { promptIds, draws } = plan(model, options);
  const shape = { rows: 1, promptLength: promptIds.length, completionLength: draws };
  const sampler = await createCpuSampler(runtime, config, frozenParameters(weights), { padId, endIds }, shape, null);
  try {
    const stream = random(options.seed, 'generate', 0, 0);
    const uniforms = Float32Array.from({ length: draws }, () => stream.uniform());
    const { tokenIds, lengths } = await sampler.sample({
      prompts: [promptIds],
      uniforms,
      temperature: options.temperature,
    });
    const drawn = Array.from(tokenIds.subarray(0, lengths[0]));
    const ended = endIds.includes(drawn.at(-1) ?? NaN);
    const completionIds = ended ? drawn.slice(0, -1) : drawn;
    return {
      text: tokenizer.decode(model.isChat ? completionIds : [...promptIds, ...completionIds]),
      promptIds,
      completionIds,
      ended,
    };
  } finally {
    await sampler.dispose();
  }
}
