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

const codeOf = (error: unknown): string | null => (error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null);

/** Whether a run is over with this error: what computed it no longer answers. */
export const isFatal = (error: unknown): boolean => ['device-lost', 'worker-died', 'protocol'].includes(codeOf(error) ?? '');

/** Told by name, which survives the way between threads; the page reads this file too, and must not load the classes. */
const known: Readonly<Record<string, { readonly code: string; readonly remedy: string }>> = {
  NonFiniteUpdateError: { code: 'non-finite-update', remedy: 'Lower the learning rate, or mend the objective where it is your own; then go on or reset.' },
  RewardTermError: { code: 'reward-term', remedy: 'Mend the term, or let its failures leave the completion out; then Reset.' },
  UsageError: { code: 'bad-input', remedy: 'Correct the value that the message names.' },
  RolloutFileError: { code: 'rollout-file', remedy: 'Choose the file again, or let the base write the store: both stand under Rollouts.' },
  CheckpointError: { code: 'bad-policy', remedy: 'Load the page again; if it happens again, the policy file is damaged.' },
};

/** A stable code and what a person can do about it. */
function facts(error: unknown): { code: string; remedy: string } {
  const kind = error instanceof Error && Object.hasOwn(known, error.name) ? known[error.name] : undefined;
  return kind ?? { code: codeOf(error) ?? 'failed', remedy: 'Open the run again; settings and charts are kept.' };
}

/** The error as the page shows it. */
export function failureOf(error: unknown, kept: string): TrainerError {
  return { ...facts(error), message: error instanceof Error ? error.message : String(error), kept };
}

/** What remains of a run after a failure, in words; `step` is that of the last adapter that can still be had. */
export const keptAdapter = (step: number | null): string =>
  step === null ? 'The charts; no adapter had been saved yet.' : `The charts and the adapter after ${step} step${step === 1 ? '' : 's'}.`;
