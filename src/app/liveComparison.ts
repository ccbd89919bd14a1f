/**
 * @file The live comparison of this page, with its plan in the browser’s storage and stored results from the page’s
 * files.
 */
import { storedResultSchema } from '../lessons/storedResult.ts';
import type { AppProps } from './parts.ts';
import { createComparison, type Comparison } from './stores/comparison.ts';
import { planShelf } from './stores/comparisonPlan.ts';
import { fetchChecked } from './views/fetched.ts';

export const createPageComparison = ({ session, library, place, tasks }: AppProps): Comparison =>
  createComparison({
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
