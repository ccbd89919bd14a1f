/** @file Failures of a run as data: cause, kept state and remedy. */
import type { TrainerError } from './trainer.ts';

/** The device or a worker is gone; this trainer cannot continue the run. */
export class LostError extends Error {
  override readonly name = 'LostError';
  constructor(
    readonly code: 'device-lost' | 'worker-died',
    message: string,
  ) {
    super(message);
  }
}

const codeOf = (error: unknown): string | null =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;

/** Whether the error ends the run, since device or workers no longer respond. */
export const isFatal = (error: unknown): boolean =>
  ['device-lost', 'worker-died', 'protocol'].includes(codeOf(error) ?? '');

const reopen = 'Open the run again; settings and charts are kept.';

/**
 * Errors with a message for people, and a code if the error has none. Keyed by name, which survives the way between
 * threads.
 */
const spoken: Readonly<Record<string, { readonly code?: string; readonly remedy: string }>> = {
  NonFiniteUpdateError: {
    code: 'non-finite-update',
    remedy: 'Lower the learning rate, or mend the objective where it is your own; then go on or reset.',
  },
  RewardTermError: {
    code: 'reward-term',
    remedy: 'Mend the term, or let its failures leave the completion out; then Reset.',
  },
  UsageError: { code: 'bad-input', remedy: 'Correct the value that the message names.' },
  CheckerError: { code: 'checker', remedy: 'Mend the code of the checker and open the file again with it.' },
  DataFileError: { code: 'data-file', remedy: 'Open the file again under Problem, or choose another task.' },
  RolloutFileError: {
    code: 'rollout-file',
    remedy: 'Choose the file again, or let the base write the store: both stand under Rollouts.',
  },
  CheckpointError: {
    code: 'bad-policy',
    remedy: 'Load the page again; if it happens again, the policy file is damaged.',
  },
  PolicyLoadError: { remedy: 'See that the network and the file are there, then open the run again.' },
  OverdueError: { remedy: reopen },
  WorkerError: { remedy: reopen },
  LostError: { remedy: reopen },
};

/** Messages and remedies to show before the runtime's text, which is for developers. */
const ofRuntime: Readonly<Record<string, { readonly message: string; readonly remedy: string }>> = {
  unavailable: {
    message: 'The runtime that computes could not be loaded.',
    remedy:
      'See that the network is there and that nothing in this browser holds back files that end in .wasm; then open the run again.',
  },
  compile: {
    message: 'The graphs of this run could not be built.',
    remedy:
      'Choose fewer prompts a step or fewer completions a prompt, which takes less memory; then open the run again.',
  },
  run: {
    message: 'The runtime could not compute this step.',
    remedy:
      'Choose fewer prompts a step or fewer completions a prompt, which takes less memory; then open the run again.',
  },
  'device-lost': {
    message: 'The graphics device was lost.',
    remedy:
      'Open the run again. If it happens often, add backend=wasm to the address: the processor is slower and steadier.',
  },
};

const unknown = { message: 'Something failed that this page has no words for.', remedy: reopen };

const rawText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The error as the page shows it: a message for people, and a library's own text as `details`. */
export function failureOf(error: unknown, kept: string): TrainerError {
  const name = error instanceof Error ? error.name : '';
  const own = Object.hasOwn(spoken, name) ? spoken[name] : undefined;
  if (own) return { code: own.code ?? codeOf(error) ?? 'failed', message: rawText(error), kept, remedy: own.remedy };
  const code = codeOf(error);
  const words =
    (name === 'RuntimeError' && code !== null && Object.hasOwn(ofRuntime, code) ? ofRuntime[code] : undefined) ??
    unknown;
  return { code: code ?? 'failed', message: words.message, kept, remedy: words.remedy, details: rawText(error) };
}

/** An error in one line, details included. */
export function sentenceOf(error: unknown): string {
  const { message, details } = failureOf(error, '');
  return details === undefined ? message : `${message} (${details})`;
}

/** Sentence on the state kept after a failure; `step` is that of the last available adapter. */
export const keptAdapter = (step: number | null): string =>
  step === null
    ? 'The charts; no adapter had been saved yet.'
    : `The charts and the adapter after ${step} step${step === 1 ? '' : 's'}.`;
