/** @file Prompts as parts: text, images, later others. A task that asks in text alone writes a plain string. */

export interface TextPart {
  readonly kind: 'text';
  readonly text: string;
}

/** Pixels [height, width, channels], row by row, usually in 0..1. */
export interface ImagePart {
  readonly kind: 'image';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Float32Array;
}

export type PromptPart = TextPart | ImagePart;
export type Prompt = string | readonly PromptPart[];

/** The parts of a prompt; a string is one text. */
export const promptParts = (prompt: Prompt): readonly PromptPart[] =>
  typeof prompt === 'string' ? [{ kind: 'text', text: prompt }] : prompt;
