/** @file Converts the test runners' reports into counts; a runner that crashed or ran nothing counts as failed. */

/** @typedef {{passed: number, failed: number, skipped: number}} Counts */

/** @type {Counts} */
export const oneFailure = { passed: 0, failed: 1, skipped: 0 };

/** @param {boolean} succeeded */
export const oneTest = (succeeded) => (succeeded ? { passed: 1, failed: 0, skipped: 0 } : oneFailure);

/**
 * Adds a failure if the exit status reports one and no test does, or if nothing ran.
 * @param {Counts} counts
 * @param {number | null} status exit status, null if a signal ended the runner
 * @returns {Counts}
 */
function checked(counts, status) {
  const silent = counts.failed === 0 && (status !== 0 || counts.passed === 0);
  return silent ? { ...counts, failed: 1 } : counts;
}

/**
 * Counts of Vitest's JSON report; a file that failed before its first test is one failure.
 * @param {any} report the parsed report, or null if none was written
 * @param {number | null} status
 * @returns {Counts}
 */
export function vitestCounts(report, status) {
  if (!report) return oneFailure;
  const brokenFiles = report.testResults.filter(
    (/** @type {any} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
  );
  return checked(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + brokenFiles.length,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    status,
  );
}

/**
 * Counts of Playwright's JSON report; a test that passed only on a retry counts as failed.
 * @param {any} report the parsed report, or null if none was written
 * @param {number | null} status
 * @returns {Counts}
 */
export function playwrightCounts(report, status) {
  if (!report) return oneFailure;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return checked({ passed: expected, failed: unexpected + flaky, skipped }, status);
}

/** @param {readonly Counts[]} all */
export const total = (all) => ({
  passed: all.reduce((sum, { passed }) => sum + passed, 0),
  failed: all.reduce((sum, { failed }) => sum + failed, 0),
  skipped: all.reduce((sum, { skipped }) => sum + skipped, 0),
});

/**
 * The summary line, for people and for machines.
 * @param {Counts} counts
 */
export const summaryLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/**
 * Whether the result counts as success: something ran and nothing failed.
 * @param {Counts} counts
 */
export const allGood = ({ passed, failed }) => failed === 0 && passed > 0;
