/**
 * @file How a paper of the atlas stands, derived from the result that is stored of it: one rule for the page and the
 * command.
 */
import { z } from '../lib/zod.ts';
import { type AtlasPaper, type Capability, capabilities } from './atlas.ts';

/** A part of the way says what came of it so far: what did not hold is not to pass for what did. */
export const statuses = ['shown', 'not reproduced', 'partial: shown', 'partial: not reproduced', 'open'] as const;
export type Status = (typeof statuses)[number];

/** What the status depends on, of a stored result. */
export const storedHeadSchema = z.object({
  paper: z.number().int(),
  verdict: z.enum(['shown', 'not reproduced']),
  date: z.string(),
  version: z.string(),
  seeds: z.array(z.number().int()).min(1),
  command: z.string(),
});

export type StoredHead = z.infer<typeof storedHeadSchema>;

export interface PaperStatus {
  readonly paper: number;
  readonly title: string;
  readonly stage: number;
  readonly status: Status;
  /** Codes of the capabilities that the paper needs and Rollout does not have. */
  readonly missing: readonly Capability[];
  /** Of the stored result; null where there is none. */
  readonly date: string | null;
  /** Commit of the code that it was run with. */
  readonly version: string | null;
  readonly seeds: readonly number[];
  readonly command: string | null;
}

/** Fewer say too little for a verdict to count in full. */
const SEEDS = 3;

/**
 * A verdict counts in full only over three seeds and with everything there that the paper needs; else it is a part of
 * the way.
 */
export function statusOf({ paper, title, stage, needs }: AtlasPaper, stored: StoredHead | null): PaperStatus {
  const missing = needs.filter((need) => !capabilities[need].built);
  const whole = stored !== null && missing.length === 0 && stored.seeds.length >= SEEDS;
  const status: Status = stored === null ? 'open' : whole ? stored.verdict : `partial: ${stored.verdict}`;
  return {
    paper,
    title,
    stage,
    status,
    missing,
    date: stored?.date ?? null,
    version: stored?.version ?? null,
    seeds: stored?.seeds ?? [],
    command: stored?.command ?? null,
  };
}
