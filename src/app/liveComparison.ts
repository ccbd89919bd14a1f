/**
 * @file The comparison of this page, with its plan in the browser’s storage or in the address, and stored results from
 * the page’s files.
 */
import { storedResultSchema } from '../lessons/storedResult.ts';
import type { AppProps } from './parts.ts';
import { createComparison, type Comparison } from './stores/comparison.ts';
import { COMPARE, readPlanLink } from './stores/comparisonPlan.ts';
import { planShelf } from './stores/comparisonShelf.ts';
import { linkWords } from './url.ts';
import { fetchChecked } from './views/fetched.ts';

export function createPageComparison({ session, library, place, tasks }: AppProps): Comparison {
  const comparison = createComparison({
    session,
    library,
    place,
    tasks,
    shelf: planShelf(
      () => sessionStorage,
      () => localStorage,
    ),
    load: (experiment) => fetchChecked(`claims/${experiment}.json`, storedResultSchema),
  });
  /** Offers the comparison of the address; one that cannot be read is among the notices of the address. */
  const follow = () => {
    const word = linkWords(location.search, location.hash).get(COMPARE);
    const plan = word === null ? null : readPlanLink(word);
    if (plan && typeof plan !== 'string') comparison.offer(plan);
  };
  follow();
  window.addEventListener('hashchange', follow);
  return comparison;
}
