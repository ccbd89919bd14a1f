/** @file The atlas with what stands of it: every paper's status, derived from the results that are stored. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atlasPapers } from '../../src/lessons/atlas.ts';
import { type PaperStatus, type Status, statuses, statusOf, type StoredHead, storedHeadSchema } from '../../src/lessons/status.ts';

const claimsFolder = fileURLToPath(new URL('../../public/claims/', import.meta.url));

/** Where an experiment's result is stored. */
export const resultPath = (experiment: string): string => `${claimsFolder}${experiment}.json`;

/** The stored result of a paper, or null. Throws where a file is there and is none. */
export function storedResult(paper: number): StoredHead | null {
  const path = resultPath(`paper-${paper}`);
  if (!existsSync(path)) return null;
  const result = storedHeadSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  if (result.paper !== paper) throw new Error(`${path}: it is of paper ${result.paper}`);
  return result;
}

export const paperStatuses = (): PaperStatus[] => atlasPapers.map((paper) => statusOf(paper, storedResult(paper.paper)));

/** One line a paper, and how many have each status. */
export function listText(papers: readonly PaperStatus[]): string {
  const lines = papers.map(({ paper, title, stage, status, missing, date, seeds }) => {
    const when = date === null ? '' : `${date}, ${seeds.length} seeds`;
    return `${String(paper).padStart(2)}  stage ${stage}  ${status.padEnd(23)}  ${title}${when === '' ? '' : `  (${when})`}${missing.length > 0 ? `  missing: ${missing.join(', ')}` : ''}`;
  });
  const count = (status: Status) => `${papers.filter((paper) => paper.status === status).length} ${status}`;
  return [...lines, '', statuses.map(count).join(', ')].join('\n');
}
