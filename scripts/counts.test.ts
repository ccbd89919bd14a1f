/** @file The last line of `npm test` is honest: crashes, empty runs and broken files count as failures. */
import { describe, expect, test } from 'vitest';
import { allGood, playwrightCounts, summaryLine, total, vitestCounts } from './counts.mjs';
import { firstViewScripts } from './budget.mjs';
import { nodeTooOld, treeMatches } from './install.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});
const vitestReport = (passed: number, failed: number, files: unknown[] = []) => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: files,
});

describe('unit tests', () => {
  test('are counted', () =>
    expect(vitestCounts(vitestReport(5, 2, [file('failed', 'failed', 'failed')]), 1)).toEqual({
      passed: 5,
      failed: 2,
      skipped: 1,
    }));
  test('without a report are one failure', () =>
    expect(vitestCounts(null, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 }));
  test('with a file that does not load are one failure more', () =>
    expect(vitestCounts(vitestReport(5, 0, [file('failed')]), 1).failed).toBe(1));
  test('with a hook that fails after passed tests are one failure more', () =>
    expect(vitestCounts(vitestReport(5, 0, [file('failed', 'passed')]), 1).failed).toBe(1));
  test('that all passed, with a failed exit status, are a failure', () =>
    expect(vitestCounts(vitestReport(5, 0), 1).failed).toBe(1));
  test('ended by a signal are a failure', () => expect(vitestCounts(vitestReport(5, 0), null).failed).toBe(1));
  test('of which none ran are a failure', () => expect(vitestCounts(vitestReport(0, 0), 0).failed).toBe(1));
});

describe('browser tests', () => {
  const report = (expected: number, unexpected: number, flaky = 0, skipped = 0) => ({
    stats: { expected, unexpected, flaky, skipped },
  });
  test('are counted', () =>
    expect(playwrightCounts(report(4, 1, 0, 2), 1)).toEqual({ passed: 4, failed: 1, skipped: 2 }));
  test('that pass only on a retry are failures', () => expect(playwrightCounts(report(4, 0, 1), 0).failed).toBe(1));
  test('without a report, or of which none ran, are one failure', () => {
    expect(playwrightCounts(null, 0).failed).toBe(1);
    expect(playwrightCounts(report(0, 0), 0).failed).toBe(1);
    expect(playwrightCounts(report(0, 0, 0, 3), 0).failed).toBe(1);
  });
  test('that were cut short are a failure', () => expect(playwrightCounts(report(4, 0, 0, 3), 1).failed).toBe(1));
});

describe('summaryLine and allGood', () => {
  test('name skipped tests only if there are some', () => {
    const sum = total([
      { passed: 1, failed: 0, skipped: 0 },
      { passed: 2, failed: 3, skipped: 0 },
    ]);
    expect(summaryLine(sum)).toBe('3 passed, 3 failed');
    expect(summaryLine({ ...sum, skipped: 4 })).toBe('3 passed, 3 failed, 4 skipped');
  });
  test('report success only if something ran and nothing failed', () => {
    expect(allGood({ passed: 1, failed: 0, skipped: 5 })).toBe(true);
    expect(allGood({ passed: 9, failed: 1, skipped: 0 })).toBe(false);
    expect(allGood({ passed: 0, failed: 0, skipped: 5 })).toBe(false);
  });
});

describe('treeMatches', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0', integrity: 'x' },
      'node_modules/mac': { version: '1.0.0', integrity: 'y', os: ['darwin'], optional: true },
      'node_modules/native': { version: '1.0.0', integrity: 'z', os: ['linux'], cpu: ['x64'], optional: true },
      'node_modules/musl': { version: '1.0.0', integrity: 'w', os: ['linux'], libc: ['musl'], optional: true },
      'node_modules/needed-by-mac': { version: '1.0.0', integrity: 'v', optional: true },
    },
  };
  const { a, native } = { a: lock.packages['node_modules/a'], native: lock.packages['node_modules/native'] };
  const linux = { platform: 'linux', arch: 'x64' };
  test('is true if every package for this platform is installed in its version', () => {
    expect(treeMatches(lock, { packages: { 'node_modules/a': a, 'node_modules/native': native } }, linux)).toBe(true);
  });
  test('is false with a package missing, of another version, or of another platform', () => {
    expect(treeMatches(lock, { packages: { 'node_modules/native': native } }, linux)).toBe(false);
    expect(
      treeMatches(
        lock,
        { packages: { 'node_modules/a': { ...a, version: '0.9.0' }, 'node_modules/native': native } },
        linux,
      ),
    ).toBe(false);
    expect(treeMatches(lock, { packages: { 'node_modules/a': a } }, linux)).toBe(false);
  });
  test('nodeTooOld gives a sentence for an old Node', () => {
    expect(nodeTooOld('20.18.3', '20.19')).toContain('20.19');
    expect(nodeTooOld('18.20.0', '20.19')).toContain('Node 18.20.0');
    expect([nodeTooOld('20.19.0', '20.19'), nodeTooOld('24.1.0', '20.19')]).toEqual([null, null]);
  });
});

test('firstViewScripts returns the page’s module and its preloads', () => {
  const html =
    '<script type="module" crossorigin src="./assets/index-a.js"></script><link rel="modulepreload" crossorigin href="./assets/react-b.js"><link rel="stylesheet" href="./assets/index-c.css">';
  expect(firstViewScripts(html)).toEqual(['./assets/index-a.js', './assets/react-b.js']);
});
