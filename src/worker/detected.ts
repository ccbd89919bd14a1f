/**
 * @file The message with the page's detection of a backend. The page asks, as its first act: a worker's own question
 * passes through the page's thread, and would wait there for everything that the opening page computes.
 */
import type { Detection } from '../engine/runtime/detect.ts';

export interface Detected {
  readonly detected: Detection;
}

/** Only the page that started a worker sends it messages. */
export const isDetected = (message: unknown): message is Detected =>
  typeof message === 'object' && message !== null && 'detected' in message;
