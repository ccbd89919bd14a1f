/** @file Finds a Chromium for the browser tests and, if there is none, tries to install one. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { commandPath, projectRoot } from './install.mjs';

const commandNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

const applicationPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  join(process.env.PROGRAMFILES ?? 'C:\\Program Files', 'Google\\Chrome\\Application\\chrome.exe'),
  join(process.env['PROGRAMFILES(X86)'] ?? 'C:\\Program Files (x86)', 'Microsoft\\Edge\\Application\\msedge.exe'),
];

/**
 * Whether the file exists and starts: a download without its system libraries, or a stub for another package, does not.
 * Checked on Linux only; elsewhere `--version` may open a window.
 * @param {string} path
 */
function works(path) {
  if (!existsSync(path)) return false;
  return (
    process.platform !== 'linux' || spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0
  );
}

async function playwrightPath() {
  const { chromium } = await import('@playwright/test');
  return chromium.executablePath();
}

/**
 * Path of a browser: ROLLOUT_CHROMIUM, else Playwright's own, else an installed Chrome or Chromium, else null. Throws
 * if ROLLOUT_CHROMIUM names a file that does not start.
 */
export async function findBrowser() {
  const named = process.env.ROLLOUT_CHROMIUM;
  if (named) {
    if (works(named)) return named;
    throw new Error(`ROLLOUT_CHROMIUM: "${named}" is not a browser that starts.`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const installed = commandNames.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [await playwrightPath(), ...installed, ...applicationPaths].find(works) ?? null;
}

/** Commands of each way to get a browser, in the order of trying; empty if the way does not apply here. */
const waysToGetOne = {
  'Playwright’s download': () => [
    [process.execPath, commandPath('@playwright/test', 'playwright'), 'install', 'chromium'],
  ],
  'the package of this system': () =>
    process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
      ? [
          ['apt-get', 'update'],
          ['apt-get', 'install', '-y', 'chromium'],
        ]
      : [],
};

/**
 * @param {string[]} command
 * @returns {boolean} whether it succeeded
 */
function run([program = '', ...args]) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, args, { cwd: projectRoot, stdio: 'inherit', env }).status === 0;
}

/** Like `findBrowser`, but tries to get a browser if none is found; throws one sentence if that fails too. */
export async function ensureBrowser() {
  let found = await findBrowser();
  for (const [way, commands] of Object.entries(waysToGetOne)) {
    if (found !== null) return found;
    console.log(`No Chromium found; trying ${way} ...`);
    if (commands().every(run)) found = await findBrowser();
  }
  if (found !== null) return found;
  throw new Error('The browser tests need Chrome or Chromium: install one, or set ROLLOUT_CHROMIUM to its path.');
}
