/** @file Opens the rows, checks their agreement, times those that agree, and writes the report. */
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { projectVersion, thisMachine } from '../cli/bench/machine.ts';
import { createProgress } from '../cli/progress.ts';
import { assert } from '../src/lib/assert.ts';
import type { Answers, Engine } from './engines/engine.ts';
import { BASE, REFERENCE, type RowId, rowTitles } from './ids.ts';
import { differences, type Differences, disagreements, limits } from './measure/agreement.ts';
import { type Entrant, runRounds } from './measure/rounds.ts';
import type { BenchReport } from './report/report.ts';
import { openers, openSurroundings, type Surroundings } from './rows.ts';
import { workFolder } from './setup.ts';
import { countPositions, paddedPositions } from './work/positions.ts';
import { workFrom } from './work/read.mjs';

export interface CompareRequest {
  readonly rows: readonly RowId[];
  readonly rounds: number;
  readonly seed: number;
  readonly mostRepeats: number;
}

const say = (text: string) => process.stderr.write(`${text}\n`);
const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .replace(/^page\.\w+: /, '')
    .split('\n', 1)
    .join();

function readWork() {
  const bytes = readFileSync(join(workFolder, 'work.bin'));
  const { buffer, byteOffset, byteLength } = bytes;
  return workFrom(
    readFileSync(join(workFolder, 'work.json'), 'utf8'),
    buffer.slice(byteOffset, byteOffset + byteLength),
  );
}

type Work = ReturnType<typeof readWork>;

interface Opened {
  readonly entrants: Entrant[];
  readonly engines: Engine[];
  readonly versions: Record<string, string>;
  readonly missing: Record<string, string>;
  readonly agreement: Record<string, Differences>;
}

/** Opens a row and compares its answers with the reference's; the reason if it cannot be timed. */
async function admit(id: RowId, engine: Engine, reference: Answers, work: Work, opened: Opened): Promise<void> {
  const { versions, kinds } = await engine.facts();
  opened.versions[id] = versions;
  const before = {
    state: (work.arrays['state.parameters'] as { data: Float32Array }).data,
    step: (work.arrays['step.before.parameters'] as { data: Float32Array }).data,
  };
  const found = differences(reference, await engine.answers(), before);
  opened.agreement[id] = found;
  const wrong = disagreements(found);
  assert(
    wrong.length === 0,
    `disagrees with ${rowTitles[REFERENCE]} in ${wrong.map((name) => `${name} (${found[name]?.toExponential(1)}, at most ${limits[name]})`).join(', ')}`,
  );
  opened.entrants.push({ id, engine, kinds });
}

async function openRows(rows: readonly RowId[], around: Surroundings, work: Work): Promise<Opened> {
  const opened: Opened = { entrants: [], engines: [], versions: {}, missing: {}, agreement: {} };
  const first = await openers[REFERENCE](around);
  opened.engines.push(first);
  const reference = await first.answers();
  for (const id of rows) {
    say(`${rowTitles[id]}: opening, and comparing its numbers ...`);
    try {
      const engine = id === REFERENCE ? first : await openers[id](around);
      if (engine !== first) opened.engines.push(engine);
      await admit(id, engine, reference, work, opened);
    } catch (error) {
      opened.missing[id] = reason(error);
      say(`${rowTitles[id]}: not timed: ${opened.missing[id]}`);
    }
  }
  return opened;
}

/** Runs the whole comparison. */
export async function compare(request: CompareRequest): Promise<BenchReport> {
  const { rows, rounds, seed, mostRepeats } = request;
  const work = readWork();
  const load = loadavg()[0] ?? 0;
  const positions = await countPositions();
  const around = await openSurroundings();
  let opened: Opened | null = null;
  try {
    opened = await openRows(rows, around, work);
    assert(opened.entrants.length > 0, 'no row can be timed; the reasons stand above');
    if (!opened.entrants.some(({ id }) => id === BASE)) say(`no ratios: ${rowTitles[BASE]} is not measured`);
    const measurements = await runRounds(opened.entrants, { rounds, seed, mostRepeats }, progressOf('rounds'));
    const { versions, missing, agreement } = opened;
    const padded = paddedPositions(work.step as never, work.arrays['step.prompts']?.shape[1] ?? 0);
    return {
      date: new Date().toISOString(),
      version: projectVersion(),
      machine: thisMachine(around.browser.version),
      seed,
      rounds,
      versions,
      missing,
      agreement,
      measurements,
      openings: [],
      load: [load, loadavg()[0] ?? 0],
      positions: { padded, rollout: positions },
    };
  } finally {
    await Promise.allSettled(opened?.engines.map((engine) => engine.close()) ?? []);
    await around.close();
  }
}

/** A progress bar that is made once the total is known. */
export function progressOf(label: string): (done: number, of: number, note: string) => void {
  let progress: ReturnType<typeof createProgress> | null = null;
  return (done, of, note) => (progress ??= createProgress(label, of)).update(done, note);
}
