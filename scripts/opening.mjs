/**
 * @file `npm run opening`: times, processor seconds and bytes from opening the built page in a fresh browser to its
 * first trained step, and again for a second visit with the same profile. `--help` lists the options.
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './build.mjs';
import { buildIn, checkoutOf } from './checkout.mjs';
import { checkNode, ensureInstalled, projectRoot } from './install.mjs';
import { openingVisit, serveBuild } from './openingVisit.mjs';

/** @typedef {Awaited<ReturnType<typeof serveBuild>>} Proxy */
/** @typedef {Record<string, number>} Figures */

/** @param {readonly number[]} values */
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** @param {readonly number[]} values */
const range = (values) =>
  values.length === 0 ? '-' : `${median(values)} [${Math.min(...values)} - ${Math.max(...values)}]`;

/**
 * A Markdown table of one kind of visit: a row per figure, a column per build, and the median of the rounds' ratios of
 * the first build to the second.
 * @param {string} kind
 * @param {Record<string, Figures[]>} rounds by build
 */
function table(kind, rounds) {
  const [first = [], second] = Object.values(rounds);
  const names = [...new Set(Object.values(rounds).flatMap((all) => all.flatMap((one) => Object.keys(one))))];
  const of = (/** @type {Figures[]} */ all, /** @type {string} */ name) => all.flatMap((one) => one[name] ?? []);
  const ratio = (/** @type {string} */ name) => {
    const ratios = first.flatMap((one, i) => (one[name] ?? Number.NaN) / (second?.[i]?.[name] ?? Number.NaN));
    return ratios.every(Number.isFinite) ? median(ratios).toFixed(2) : '-';
  };
  const header = [kind, ...Object.keys(rounds), ...(second ? ['ratio'] : [])];
  const rows = names.map((name) => [
    name,
    ...Object.values(rounds).map((all) => range(of(all, name))),
    ...(second ? [ratio(name)] : []),
  ]);
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * Interleaved rounds in random order.
 * @param {Record<string, Proxy>} sites by build
 * @param {number} rounds
 */
async function measure(sites, rounds) {
  /** @type {Record<'cold' | 'second', Record<string, Figures[]>>} */
  const figures = { cold: {}, second: {} };
  // The order of the columns.
  for (const name of Object.keys(sites)) [figures.cold[name], figures.second[name]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    const order = Object.entries(sites).map((site) => ({ site, place: randomInt(2 ** 30) }));
    for (const { site } of order.toSorted((a, b) => a.place - b.place)) {
      const [name, proxy] = site;
      const profile = mkdtempSync(join(tmpdir(), 'rollout-opening-'));
      try {
        for (const kind of /** @type {const} */ (['cold', 'second'])) {
          const one = await openingVisit(profile, proxy, kind === 'cold');
          figures[kind][name]?.push(one);
          console.log(`round ${round}, ${name}, ${kind}: first live point after ${one['first live point, ms']} ms`);
        }
      } finally {
        rmSync(profile, { recursive: true, force: true });
      }
    }
  }
  return figures;
}

const help = `Opens the built page in fresh browsers and prints tables of medians and ranges. Train is pressed at once.
  --rounds N         how often (5)
  --against COMMIT   compares with the build of a commit, in the same run
  --mbit N           speed of the network in Mbit/s (not limited)
`;

async function main() {
  const text = /** @type {const} */ ({ type: 'string' });
  const { values } = parseArgs({ options: { rounds: text, against: text, mbit: text, help: { type: 'boolean' } } });
  if (values.help) return void process.stdout.write(help);
  const rounds = Number(values.rounds ?? 5);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds: a number from 1, not ${values.rounds}`);
  const mbit = Number(values.mbit ?? Infinity);
  if (!(mbit > 0)) throw new Error(`--mbit: a number above 0, not ${values.mbit}`);
  ensureInstalled();
  await ensureBuilt();
  const other = values.against === undefined ? null : checkoutOf(values.against);
  try {
    if (other) buildIn(other.folder);
    /** @type {Record<string, Proxy>} */
    const sites = { 'this build': await serveBuild(projectRoot, mbit) };
    if (other) sites[`${values.against}`] = await serveBuild(other.folder, mbit);
    const { cold, second } = await measure(sites, rounds);
    console.log(`\n${table('cold', cold)}\n\n${table('second visit', second)}`);
    await Promise.all(Object.values(sites).map((site) => site.close()));
  } finally {
    other?.remove();
  }
}

checkNode();
await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
