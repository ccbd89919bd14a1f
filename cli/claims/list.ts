/** @file The atlas with what stands of it: every paper's status, derived from the results that are stored. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type AtlasPaper, atlasPapers, capabilities } from '../../src/lessons/atlas.ts';

export type Status = 'shown' | 'not reproduced' | 'partial' | 'open';

export interface PaperStatus {
  readonly paper: number;
  readonly title: string;
  readonly stage: number;
  readonly status: Status;
  /** Codes of the capabilities that the paper needs and Rollout does not have. */
  readonly missing: readonly string[];
  /** Of the stored result; null where there is none. */
  readonly date: string | null;
  readonly seeds: readonly number[];
  readonly command: string | null;
}

/** What the list reads of a stored result. */
const storedSchema = z.object({
  paper: z.number().int(),
  verdict: z.enum(['shown', 'not reproduced']),
  date: z.string(),
  seeds: z.array(z.number().int()).min(1),
  command: z.string(),
});

export type Stored = z.infer<typeof storedSchema>;

const claimsFolder = fileURLToPath(new URL('../../public/claims/', import.meta.url));

/** Where an experiment's result is stored. */
export const resultPath = (experiment: string): string => `${claimsFolder}${experiment}.json`;

/** The stored result of a paper, or null. Throws where a file is there and is none. */
export function storedResult(paper: number): Stored | null {
  const path = resultPath(`paper-${paper}`);
  if (!existsSync(path)) return null;
  const result = storedSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  if (result.paper !== paper) throw new Error(`${path}: it is of paper ${result.paper}`);
  return result;
}

/** A verdict counts in full only over three seeds and with everything there that the paper needs; else it is a part of the way. */
export function statusOf({ paper, title, stage, needs }: AtlasPaper, stored: Stored | null): PaperStatus {
  const missing = needs.filter((need) => !capabilities[need].built);
  const whole = stored !== null && missing.length === 0 && stored.seeds.length >= 3;
  const status: Status = stored === null ? 'open' : whole ? stored.verdict : 'partial';
  return { paper, title, stage, status, missing, date: stored?.date ?? null, seeds: stored?.seeds ?? [], command: stored?.command ?? null };
}

export const paperStatuses = (): PaperStatus[] => atlasPapers.map((paper) => statusOf(paper, storedResult(paper.paper)));

/** One line a paper, and how many have each status. */
export function listText(papers: readonly PaperStatus[]): string {
  const lines = papers.map(({ paper, title, stage, status, missing, date, seeds }) => {
    const when = date === null ? '' : `${date}, ${seeds.length} seeds`;
    return `${String(paper).padStart(2)}  stage ${stage}  ${status.padEnd(14)}  ${title}${when === '' ? '' : `  (${when})`}${missing.length > 0 ? `  missing: ${missing.join(', ')}` : ''}`;
  });
  const count = (status: Status) => `${papers.filter((paper) => paper.status === status).length} ${status}`;
  return [...lines, '', (['shown', 'not reproduced', 'partial', 'open'] as const).map(count).join(', ')].join('\n');
}
