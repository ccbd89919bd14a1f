/**
 * @file `npm test`: installs missing packages, then runs every check in stages; a failed stage does not stop the next.
 * The last line is `N passed, N failed` (and `, N skipped` if there are any); the exit code agrees.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { checkBudget } from './budget.mjs';
import { build } from './build.mjs';
import { allGood, oneFailure, oneTest, playwrightCounts, summaryLine, total, vitestCounts } from './counts.mjs';
import { isFormatted } from './format.mjs';
import { checkNode, commandPath, ensureInstalled, projectRoot } from './install.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */

const minute = 60_000;

/**
 * Runs a command of a dependency; ends it after `limit` milliseconds.
 * @param {string} path
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {number | null} exit status, null if a signal ended it
 */
function run(path, args, env = {}, limit = 15 * minute) {
  const options = {
    cwd: projectRoot,
    stdio: /** @type {const} */ ('inherit'),
    env: { ...process.env, ...env },
    timeout: limit,
  };
  return spawnSync(process.execPath, [path, ...args], options).status;
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** Prints the name of each skipped unit test, so that no skip is silent. @param {any} report */
function nameSkippedUnitTests(report) {
  for (const file of report?.testResults ?? []) {
    for (const test of file.assertionResults) {
      if (!['passed', 'failed'].includes(test.status)) console.log(`skipped: ${test.fullName}`);
    }
  }
}

/** Prints the name and reason of each skipped browser test. @param {any} suite */
function nameSkippedBrowserTests(suite) {
  for (const spec of suite?.specs ?? []) {
    for (const test of spec.tests) {
      const why = test.annotations.find((/** @type {any} */ a) => a.type === 'skip')?.description;
      if (test.status === 'skipped') console.log(`skipped: ${spec.title}${why ? ` (${why})` : ''}`);
    }
  }
  for (const inner of suite?.suites ?? []) nameSkippedBrowserTests(inner);
}

/** @param {string} reports folder for reports @returns {Counts} */
function unit(reports) {
  const path = join(reports, 'unit.json');
  const status = run(commandPath('vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${path}`,
  ]);
  const report = readReport(path);
  nameSkippedUnitTests(report);
  return vitestCounts(report, status);
}

/** Builds and checks the size of the result. @returns {Promise<Counts>} */
async function production() {
  if (!(await build())) return oneFailure;
  const complaints = checkBudget(join(projectRoot, 'dist'));
  for (const complaint of complaints) console.log(complaint);
  return oneTest(complaints.length === 0);
}

/** A free port, so that two test runs on one machine do not collide. @returns {Promise<number>} */
const freePort = () =>
  new Promise((done, refuse) => {
    const probe = createServer().once('error', refuse);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** @param {string} reports folder for reports @returns {Promise<Counts>} */
async function browser(reports) {
  if (!existsSync(join(projectRoot, 'dist', 'index.html'))) throw new Error('Not run: there is no build to test.');
  const env = { ROLLOUT_CHROMIUM: await ensureBrowser(), ROLLOUT_PORT: String(await freePort()) };
  // A story waits more than it computes, so two at once need less time; those that measure times run alone.
  const parts = [['--workers=2', '--project=wasm', '--project=webgpu'], ['--project=timed']];
  const counts = parts.map((args, index) => {
    const path = join(reports, `browser${index}.json`);
    const status = run(
      commandPath('@playwright/test', 'playwright'),
      ['test', '--reporter=list,json', `--output=test-results/${index}`, ...args],
      { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: path },
      40 * minute,
    );
    const report = readReport(path);
    nameSkippedBrowserTests(report);
    return playwrightCounts(report, status);
  });
  return total(counts);
}

/**
 * The stages in order; `--only` picks those of one group.
 * @type {readonly {name: string, group: string, check: (reports: string) => Counts | Promise<Counts>}[]}
 */
const stages = [
  { name: 'format', group: 'lint', check: () => oneTest(isFormatted()) },
  { name: 'lint', group: 'lint', check: () => oneTest(run(commandPath('oxlint'), ['--deny-warnings']) === 0) },
  { name: 'types', group: 'types', check: () => oneTest(run(commandPath('typescript', 'tsc'), ['--noEmit']) === 0) },
  { name: 'docs', group: 'lint', check: () => oneTest(run(commandPath('tsx'), ['cli/docs.ts', '--check']) === 0) },
  { name: 'unit tests', group: 'unit', check: unit },
  { name: 'production build', group: 'e2e', check: production },
  { name: 'browser tests', group: 'e2e', check: browser },
];

/** @param {string[]} args @returns {typeof stages} */
function chosenStages(args) {
  if (args.length === 0) return stages;
  const groups = [...new Set(stages.map(({ group }) => group))];
  const [flag, group = ''] = args;
  if (flag === '--only' && args.length === 2 && groups.includes(group))
    return stages.filter((stage) => stage.group === group);
  throw new Error(`The only option is --only, followed by one of: ${groups.join(', ')}.`);
}

/** @param {typeof stages} chosen @param {string} reports */
async function runStages(chosen, reports) {
  /** @type {Counts[]} */
  const results = [];
  for (const [index, { name, check }] of chosen.entries()) {
    console.log(`\n[${index + 1}/${chosen.length}] ${name}`);
    const begun = performance.now();
    /** @type {Counts} */
    let counts = oneFailure;
    try {
      counts = await check(reports);
    } catch (error) {
      console.log(error instanceof Error ? error.message : error);
    }
    console.log(
      `[${index + 1}/${chosen.length}] ${name}: ${summaryLine(counts)} in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
    );
    results.push(counts);
  }
  return total(results);
}

checkNode();
const reports = mkdtempSync(join(tmpdir(), 'rollout-tests-'));
/** @type {Counts} */
let counts = oneFailure;
try {
  const chosen = chosenStages(process.argv.slice(2));
  ensureInstalled();
  counts = await runStages(chosen, reports);
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
} finally {
  rmSync(reports, { recursive: true, force: true });
}
process.exitCode = allGood(counts) ? 0 : 1;
console.log(`\n${summaryLine(counts)}`);
