/** @file Updates `node_modules` to match the lock file without changing the lock file; Node built-ins only. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * A sentence if `version` is below the floor, else null.
 * @param {string} version as in `process.versions.node`
 * @param {string} floor `major.minor`
 */
export function nodeTooOld(version, floor) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [floorMajor = 0, floorMinor = 0] = floor.split('.').map(Number);
  if (major > floorMajor || (major === floorMajor && minor >= floorMinor)) return null;
  return `Rollout needs Node ${floor} or newer, and this is Node ${version}; please install a newer one from nodejs.org.`;
}

/** Ends the process with one sentence if Node is older than `engines` in package.json requires. */
export function checkNode() {
  const floor = readJson(join(projectRoot, 'package.json')).engines.node.replace(/[^\d.]/g, '');
  const complaint = nodeTooOld(process.versions.node, floor);
  if (complaint === null) return;
  console.error(complaint);
  process.exit(1);
}

/**
 * Whether every package that the lock file lists for this platform is installed in that version.
 * @param {{packages: Record<string, any>}} lock the contents of package-lock.json
 * @param {{packages: Record<string, any>}} installed npm's record of the tree, node_modules/.package-lock.json
 * @param {{platform: string, arch: string}} machine
 */
export function treeMatches(lock, installed, machine) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true;
    if (wanted.os && !wanted.os.includes(machine.platform)) return true;
    if (wanted.cpu && !wanted.cpu.includes(machine.arch)) return true;
    const found = installed.packages[path];
    // Absent are builds for another C library, and dependencies of builds for another platform; these name no platform
    // themselves.
    if (!found) return wanted.optional === true && (wanted.libc !== undefined || (!wanted.os && !wanted.cpu));
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/**
 * Runs npm with this Node; npm's own path is known if npm started us.
 * @param {string[]} args
 */
function npm(args) {
  // Without this, a machine that sets NODE_ENV=production would get no build tools.
  const env = { ...process.env, NODE_ENV: 'development' };
  const options = { cwd: projectRoot, stdio: /** @type {const} */ ('inherit'), env };
  const self = process.env.npm_execpath;
  if (self && basename(self) === 'npm-cli.js') return spawnSync(process.execPath, [self, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** Runs `npm ci` unless the installed tree already matches the lock file; throws one sentence if that fails. */
export function ensureInstalled() {
  const lockPath = join(projectRoot, 'package-lock.json');
  const stampPath = join(projectRoot, 'node_modules', '.rollout-lock');
  const recordPath = join(projectRoot, 'node_modules', '.package-lock.json');
  const lockText = readFileSync(lockPath, 'utf8');
  const stamp = `${createHash('sha256').update(lockText).digest('hex')} ${process.platform} ${process.arch}\n`;
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  const matches = existsSync(recordPath) && treeMatches(JSON.parse(lockText), readJson(recordPath), process);
  if (!matches) {
    console.log('Installing the dependencies of package-lock.json (once) ...');
    const { status, error } = npm(['ci', '--include=dev', '--no-audit', '--no-fund']);
    if (status !== 0)
      throw new Error(
        `npm ci did not succeed${error ? ` (${error.message})` : ''}; a network connection is needed the first time.`,
      );
  }
  writeFileSync(stampPath, stamp);
}

/**
 * Path of a dependency's command, to be run with `process.execPath`.
 * @param {string} packageName
 * @param {string} [command]
 */
export function commandPath(packageName, command = packageName) {
  const folder = join(projectRoot, 'node_modules', packageName);
  const { bin } = readJson(join(folder, 'package.json'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}
