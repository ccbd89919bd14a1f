/** @file Progress is a bar on a terminal and a few lines elsewhere; files are written completely or not at all. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkWritable, openJsonLines, sweepDrafts, writeWhole } from './output.ts';
import { createProgress } from './progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollout-output-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The output of a run of `total` parts, one per second. */
function written(total: number, isTTY: boolean, first = 1): string {
  let seconds = 0;
  let output = '';
  const progress = createProgress(
    'training',
    total,
    { isTTY, write: (text) => (output += text) },
    () => 1000 * seconds,
  );
  for (let done = first; done <= total; done++) {
    seconds++;
    progress.update(done, `part ${done}`);
  }
  progress.finish();
  return output;
}

describe('progress', () => {
  test('outside a terminal, is one line per tenth', () => {
    const lines = written(200, false).trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('training 20/200 10 %, 20 s, 3 min 00 s left  part 20');
    expect(lines.at(-1)).toBe('training 200/200 100 %, 3 min 20 s  part 200');
  });

  test('on a terminal, is one line that is overwritten, and ended at the end', () => {
    const output = written(30, true);
    expect(output.split('\r')).toHaveLength(31);
    expect(output.match(/\n/g)).toHaveLength(1);
    expect(output).toMatch(/\rtraining \[#{24}\] 30\/30 100 %, 30 s {2}part 30 *\n$/);
  });

  test('of a resumed run uses its own speed', () => {
    // 100 parts in 100 s so far; 60 of 200 were done before.
    expect(written(200, false, 61)).toContain('training 160/200 80 %, 1 min 40 s, 40 s left');
  });

  test('of a run of few parts has one line each', () => {
    expect(
      written(3, false)
        .trimEnd()
        .split('\n')
        .map((line) => line.split(' ')[1]),
    ).toEqual(['1/3', '2/3', '3/3']);
  });
});

describe('files', () => {
  test('JSON lines are on disk as soon as they are written, also in a new folder', () => {
    const path = join(folder, 'new', 'run.jsonl');
    const lines = openJsonLines(path);
    lines.write({ step: 0, text: 'ü' });
    expect(readFileSync(path, 'utf8')).toBe('{"step":0,"text":"ü"}\n');
    lines.write({ summary: true });
    lines.close();
    expect(
      readFileSync(path, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([{ step: 0, text: 'ü' }, { summary: true }]);
  });

  test('writeWhole replaces the previous file and leaves no draft', () => {
    const path = join(folder, 'whole', 'a.bin');
    writeWhole('--out', path, Uint8Array.of(1));
    writeWhole('--out', path, Uint8Array.of(2, 3));
    expect([...readFileSync(path)]).toEqual([2, 3]);
    checkWritable('--out', path);
    checkWritable('--out', join(folder, 'whole', 'b.bin'));
    expect([...readFileSync(path)]).toEqual([2, 3]);
    expect(readdirSync(join(folder, 'whole'))).toEqual(['a.bin']);
  });

  test('a file that cannot be written is refused by flag and path, and leaves no draft', () => {
    const taken = join(folder, 'taken');
    mkdirSync(taken);
    expect(() => writeWhole('--out', taken, Uint8Array.of(1))).toThrow(/^--out: .*taken cannot be written: /);
    expect(() => checkWritable('--save', taken)).toThrow(/^--save: .*taken cannot be written: it is a folder$/);
    expect(() => openJsonLines(taken)).toThrow(/^--json: .*taken cannot be written: /);
    expect(readdirSync(folder).filter((name) => name.includes('part'))).toEqual([]);
  });

  test('a folder that is a file is refused with the same message', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => writeWhole('--out', join(folder, 'file', 'a.bin'), Uint8Array.of(1))).toThrow(
      /^--out: .*a\.bin cannot be written: /,
    );
  });

  // /proc exists on Linux alone; elsewhere the file system's root cannot be written.
  test('a folder that the system refuses ends in an error: there, Node makes folders for ever', () => {
    const script =
      "const { writeWhole } = await import('./cli/output.ts'); writeWhole('--out', '/proc/none/a.bin', new Uint8Array(1));";
    const { signal, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ signal, stderr }).toMatchObject({ signal: null });
    expect(stderr).toContain('--out: /proc/none/a.bin cannot be written: ');
  });

  test('sweepDrafts removes drafts of dead processes, but neither those of a live one nor other files', () => {
    const place = join(folder, 'drafts');
    mkdirSync(place);
    const { pid: dead } = spawnSync(process.execPath, ['--version']);
    const alive = `a.bin.${process.ppid}.part`;
    for (const name of [`a.bin.${dead}.part`, `b.bin.${dead}.part`, alive, 'a.bin.part', `a.bin.${dead}`])
      writeFileSync(join(place, name), '');
    writeWhole('--out', join(place, 'a.bin'), Uint8Array.of(1));
    expect(readdirSync(place).toSorted()).toEqual(
      ['a.bin', `a.bin.${dead}`, 'a.bin.part', alive, `b.bin.${dead}.part`].toSorted(),
    );
    sweepDrafts(place);
    expect(readdirSync(place).toSorted()).toEqual(['a.bin', `a.bin.${dead}`, 'a.bin.part', alive].toSorted());
    sweepDrafts(join(folder, 'nowhere'));
  });
});
