/** @file Failures of a run as data: what happened, what was kept, what to do. */
import type { TrainerError } from './trainer.ts';

/** The device or a worker is gone; the run cannot go on in this trainer. */
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

/** Whether a run is over with this error: what computed it no longer answers. */
export const isFatal = (error: unknown): boolean =>
  ['device-lost', 'worker-died', 'protocol'].includes(codeOf(error) ?? '');

const reopen = 'Open the run again; settings and charts are kept.';

/**
 * Errors whose message is for people, with a code of their own where the error has none. By name, which survives the
 * way between threads.
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

/** What stands before the runtime's own text, which is made for those who build it. */
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

/** The error as the page shows it: a sentence for people first, and the text of a library, if it is one, as details. */
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

/** All that is known of an error in one line, for places that have no room for details. */
export function sentenceOf(error: unknown): string {
  const { message, details } = failureOf(error, '');
  return details === undefined ? message : `${message} (${details})`;
}

/** What remains of a run after a failure, in words; `step` is that of the last adapter that can still be had. */
export const keptAdapter = (step: number | null): string =>
  step === null
    ? 'The charts; no adapter had been saved yet.'
    : `The charts and the adapter after ${step} step${step === 1 ? '' : 's'}.`;
