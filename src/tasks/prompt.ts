/** @file Prompts as parts: text, images, later others. A plain string is a prompt of one text. */

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}

/** Pixels [height, width, channels] in row-major order, usually in 0..1. */
export interface ImagePart {
  readonly kind: 'image';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Float32Array;
}

export type PromptPart = TextPart | ImagePart;
export type Prompt = string | readonly PromptPart[];

/** The parts of a prompt; a string becomes one text part. */
export const promptParts = (prompt: Prompt): readonly PromptPart[] =>
  typeof prompt === 'string' ? [{ kind: 'text', text: prompt }] : prompt;
