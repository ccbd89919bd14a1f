/** @file Openings of one or two commits, interleaved. */
import { findBrowser } from '../../scripts/browser.mjs';
import { random } from '../../src/lib/random.ts';
import { UsageError } from '../../src/lib/assert.ts';
import { watchOthers } from '../measure/quiet.ts';
import { undisturbed } from '../measure/repeat.ts';
import { type Checkout, otherCheckout, ownCheckout, serveCheckout } from './checkout.ts';
import { twoVisits, type Visit } from './visits.ts';

export interface OpeningRound {
  readonly commit: string;
  readonly round: number;
  readonly cold: Visit;
  readonly second: Visit;
  readonly others: number | null;
  readonly repeats: number;
}

interface Extent {
  readonly rounds: number;
  readonly seed: number;
  readonly mostRepeats: number;
  /** A commit to compare with. */
  readonly against: string | undefined;
}

async function interleaved(
  checkouts: readonly Checkout[],
  { rounds, seed, mostRepeats }: Extent,
  progress: (done: number, of: number, note: string) => void,
): Promise<OpeningRound[]> {
  const executablePath = await findBrowser();
  if (executablePath === null) throw new UsageError('no Chrome or Chromium was found');
  const sites = await Promise.all(
    checkouts.map(async (checkout) => ({ checkout, ...(await serveCheckout(checkout)) })),
  );
  const all: OpeningRound[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const stream = random(seed, 'opening', round);
      const order = sites.map((site) => ({ ...site, at: stream.uniform() })).toSorted((a, b) => a.at - b.at);
      for (const { checkout, url } of order) {
        progress(all.length, rounds * sites.length, `opening ${checkout.name}`);
        const kept = await undisturbed(() => twoVisits(executablePath, url), watchOthers, mostRepeats);
        all.push({ commit: checkout.name, round, ...kept.value, others: kept.others, repeats: kept.repeats });
      }
    }
    return all;
  } finally {
    for (const site of sites) site.close();
  }
}

/** Builds this checkout and the other commit, if any, and opens both in every round. */
export async function runOpenings(
  extent: Extent,
  progress: (done: number, of: number, note: string) => void,
): Promise<OpeningRound[]> {
  const checkouts: Checkout[] = [];
  try {
    checkouts.push(ownCheckout());
    if (extent.against !== undefined) checkouts.push(otherCheckout(extent.against));
    return await interleaved(checkouts, extent, progress);
  } finally {
    for (const checkout of checkouts) checkout.remove();
  }
}
