/** @file The status of a paper, derived from its stored result: one rule for the page and the command line. */
import { z } from '../lib/zod.ts';
import { type AtlasPaper, type Capability, capabilities } from './atlas.ts';
import { verdictSchema } from './resultParts.ts';

/** A partial status also says whether the result holds, so that a failure is not read as a success. */
export const statuses = [
  'shown',
  'not reproduced',
  'precondition not met',
  'partial: shown',
  'partial: not reproduced',
  'partial: precondition not met',
  'open',
] as const;
export type Status = (typeof statuses)[number];

/** The fields of a stored result that the status depends on. */
export const storedHeadSchema = z.object({
  paper: z.number().int(),
  verdict: verdictSchema,
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
  /** Codes of needed capabilities that Rollout does not have. */
  readonly missing: readonly Capability[];
  /** Date of the stored result; null without one. */
  readonly date: string | null;
  /** Commit of the code that produced it. */
  readonly version: string | null;
  readonly seeds: readonly number[];
  readonly command: string | null;
}

/** With fewer seeds a verdict counts as partial. */
const SEEDS = 3;

/** A verdict counts in full only with three seeds and all needed capabilities; otherwise it is partial. */
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
