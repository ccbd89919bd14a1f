/** @file Openings of the page of one or two commits, interleaved. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIn, checkoutOf, commitOf } from '../scripts/checkout.mjs';
import { projectRoot } from '../scripts/install.mjs';
import { openingVisit, serveBuild } from '../scripts/openingVisit.mjs';
import { assert, present } from '../src/lib/assert.ts';
import { random } from '../src/lib/random.ts';
import { watchOthers } from './measure/quiet.ts';
import { undisturbed } from './measure/repeat.ts';
import type { OpeningRound } from './report/report.ts';

interface Extent {
  readonly rounds: number;
  readonly seed: number;
  readonly mostRepeats: number;
  /** A commit to compare with. */
  readonly against: string | undefined;
}

type Progress = (done: number, of: number, note: string) => void;
type Site = Awaited<ReturnType<typeof serveBuild>>;

async function visit(profile: string, site: Site, isCold: boolean): Promise<OpeningRound['cold']> {
  const figures = await openingVisit(profile, site, isCold);
  const seconds = (name: string) => present(figures[`${name}, ms`], name) / 1000;
  const bytes = Object.entries(figures).filter(([name]) => name.endsWith(', bytes'));
  return {
    firstPoint: seconds('first live point'),
    stepTen: seconds('step 10'),
    megabytes: bytes.reduce((sum, [, count]) => sum + count, 0) / 1e6,
  };
}

/** A cold visit and a second one in the same new profile. */
async function twoVisits(site: Site): Promise<Pick<OpeningRound, 'cold' | 'second'>> {
  const profile = mkdtempSync(join(tmpdir(), 'rollout-profile-'));
  try {
    return { cold: await visit(profile, site, true), second: await visit(profile, site, false) };
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

async function interleaved(
  sites: ReadonlyMap<string, Site>,
  { rounds, seed, mostRepeats }: Extent,
  progress: Progress,
): Promise<OpeningRound[]> {
  const all: OpeningRound[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [commit, site] of random(seed, 'opening', round).shuffle([...sites])) {
      progress(all.length, rounds * sites.size, `opening ${commit}`);
      const { value, others, repeats } = await undisturbed(() => twoVisits(site), watchOthers, mostRepeats);
      all.push({ commit, round, ...value, others, repeats });
    }
  }
  return all;
}

/** Builds this checkout and the other commit, if any, and opens both in every round. UsageError for an unknown commit. */
export async function runOpenings(extent: Extent, progress: Progress): Promise<OpeningRound[]> {
  const { against } = extent;
  assert(against === undefined || commitOf(against), `--against: this repository has no commit ${against}`);
  const other = against === undefined ? null : checkoutOf(against);
  const sites = new Map<string, Site>();
  try {
    for (const { commit, folder } of [
      { commit: commitOf('HEAD') ?? 'this checkout', folder: projectRoot },
      ...(other ? [other] : []),
    ]) {
      buildIn(folder);
      sites.set(commit, await serveBuild(folder));
    }
    return await interleaved(sites, extent, progress);
  } finally {
    for (const site of sites.values()) await site.close();
    other?.remove();
  }
}
