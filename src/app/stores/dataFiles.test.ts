/**
 * @file A data file on the page: it becomes the task, is kept beside the runs and found after a reload; a file that is
 * refused changes nothing; a task file travels in the link.
 */
import { describe, expect, it } from 'vitest';
import { config, page as pageWith, trained } from '../../../testing/app/libraryPage.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { QuickJsSandbox } from '../../rl/sandbox/sandbox.ts';
import { checkerOf } from '../../tasks/checkers.ts';
import { fileTask } from '../../tasks/file.ts';
import { namedFiles } from '../../tasks/fileId.ts';
import { knownTasks } from '../../tasks/index.ts';
import { fakeKeptRun } from '../fixture/fakeRun.ts';
import { MemoryDatabase, memoryHost } from '../fixture/memoryDatabase.ts';
import { openLinked, withKeptTasks } from '../ownLink.ts';
import { comparedAddress } from '../shareLink.ts';
import { settingsOf } from './comparisonRevival.ts';
import { linkWords, readLink, writeHash } from '../url.ts';
import { createDataFiles } from './dataFiles.ts';
import { createProfiles } from './profiles.ts';

const textOf = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
/** Files of different tests differ, so that each opens a task of its own. */
const rowsFrom = (first: number) =>
  Array.from({ length: 50 }, (_, i) => ({ prompt: `${first + i}+1=`, answer: first + i + 1 }));
const fileOf = (text: string, name = 'mine.jsonl') => new File([text], name);

async function page(database = new MemoryDatabase(), fake = {}) {
  const host = memoryHost(database);
  const made = await pageWith(host, fake);
  const data = createDataFiles(made.session, made.library, new QuickJsSandbox());
  return { ...made, data, database };
}

it('becomes the task with the checker that suits its answers, and is kept', async () => {
  const { settings, data, database } = await page();
  const text = textOf(rowsFrom(1));
  await data.choose(fileOf(text));
  const sha256 = sha256Hex(new TextEncoder().encode(text));
  const { task, difficulty } = settings.getState().config;
  expect({ task, difficulty }).toEqual({ task: `file-number-${sha256}`, difficulty: 1 });
  expect(data.getState()).toMatchObject({
    reading: null,
    problem: null,
    known: { [task]: { kept: true, trial: { tried: 50, passed: 50 } } },
  });
  expect([...database.files.keys()]).toEqual([sha256]);
  expect(data.bytesOf(sha256)).toEqual(new TextEncoder().encode(text));
});

it('takes another checker for the same file, whose text is kept with it', async () => {
  const { settings, data, database } = await page();
  await data.choose(fileOf(textOf(rowsFrom(100))));
  const code = '(completion, row) => Number(completion === row.answer)';
  await data.check({ code });
  const named = namedFiles(settings.getState().config.task);
  expect(named).toMatchObject({ checker: 'js', parameter: sha256Hex(new TextEncoder().encode(code)) });
  expect(database.files.size).toBe(2);
});

it('is refused in a sentence, with the settings as they were, until a checker suits it', async () => {
  const { settings, data } = await page();
  const before = settings.getState().config;
  await data.choose(fileOf('{"prompt": "1+1=", "answer" 2}', 'bad.jsonl'));
  expect(data.getState().problem).toBe('bad.jsonl cannot be used: line 1, column 29: it is not whole JSON.');
  await data.choose(fileOf(textOf(rowsFrom(200))));
  await data.check({ code: '(c) => {\n  while (true);\n}' });
  expect(data.getState().problem).toMatch(/the checker failed: line 2: stopped after 1,000,000 steps in one call/);
  expect(settings.getState().config.task).toMatch(/^file-number-/);
  await data.check({ words: 'contains' });
  expect(data.getState()).toMatchObject({ problem: null, reading: null });
  expect(settings.getState().config).toMatchObject({
    policy: before.policy,
    task: expect.stringMatching(/^file-contains-/),
  });
});

it('is refused where the policy lacks a character', async () => {
  const { settings, data } = await page(new MemoryDatabase(), {
    refuses: 'line 3: prompt: "Ω" at position 2 is not in it',
  });
  await data.choose(fileOf(textOf(rowsFrom(300))));
  expect(data.getState().problem).toBe('mine.jsonl cannot be used: line 3: prompt: "Ω" at position 2 is not in it.');
  expect(settings.getState().config.task).toBe(config.task);
});

/** A file that a database keeps, and the id of its task, which is not open in this process. */
async function keptFile(first: number) {
  const bytes = new TextEncoder().encode(textOf(rowsFrom(first)));
  const { id } = await fileTask(bytes, checkerOf('number'));
  const database = new MemoryDatabase();
  database.files.set(sha256Hex(bytes), bytes);
  return { id, database, host: { ...memoryHost(database), open: async () => database } };
}
const isOpen = (id: string) => knownTasks.some((task) => task.id === id);

it('is opened again for a link, out of the kept files', async () => {
  const { id, host } = await keptFile(400);
  expect(readLink('', `#task=${id}`, knownTasks).notices.join()).toContain('which is not open here');
  await openLinked(linkWords('', `#task=${id}`), host);
  expect(readLink('', `#v=2&task=${id}`, knownTasks)).toMatchObject({ notices: [], config: { task: id } });
  expect(openLinked(linkWords('', `#task=${id}`), host)).toBeNull();
});

it('is opened again with the database whose runs name it', async () => {
  const { id, host, database } = await keptFile(500);
  await database.commit(fakeKeptRun({ ...config, task: id, difficulty: 1 }), [], null);
  await withKeptTasks(host).open();
  expect(isOpen(id)).toBe(true);
});

it('is kept again at the first step of its run', async () => {
  const first = await page();
  await first.data.choose(fileOf(textOf(rowsFrom(600))));
  first.database.files.clear();
  await trained(first, 1);
  expect(first.database.files.size).toBe(1);
});

it('is asked for by the run that misses it, and no other file is accepted', async () => {
  const { data, session } = await page();
  const { id } = await keptFile(700);
  await data.choose(fileOf(textOf(rowsFrom(701))), id);
  expect(data.getState().problem).toMatch(/^mine\.jsonl cannot be used: it is another file: one whose SHA-256 begins/);
  await data.choose(fileOf(textOf(rowsFrom(700))), id);
  expect(data.getState().problem).toBeNull();
  expect(session.settings.getState().config.task).toBe(id);
});

describe('dropped on a page whose link names it', () => {
  const bytesFrom = (first: number) => new TextEncoder().encode(textOf(rowsFrom(first)));
  const linked = async (first: number, id: string) => {
    const made = await page();
    const { options: _, ...start } = readLink('', `#v=2&task=${id}`, knownTasks);
    made.settings.adopt(start);
    expect(made.settings.getState().notices).toHaveLength(1);
    await made.data.choose(fileOf(textOf(rowsFrom(first))));
    return made;
  };

  it('it is checked as the link says, and not by the checker that fits its answers', async () => {
    const id = `file-contains-${sha256Hex(bytesFrom(800))}`;
    const { settings, data } = await linked(800, id);
    expect(settings.getState()).toMatchObject({ config: { task: id }, notices: [], awaited: null });
    expect(data.getState().problem).toBeNull();
  });

  it('another file is not', async () => {
    const { settings } = await linked(801, `file-contains-${sha256Hex(bytesFrom(805))}`);
    expect(settings.getState().config.task).toBe(`file-number-${sha256Hex(bytesFrom(801))}`);
    expect(settings.getState().notices).toHaveLength(1);
  });

  it('without the text of the checker, the page says that another one is used', async () => {
    const { settings, data } = await linked(802, `file-regex-${sha256Hex(bytesFrom(802))}-${'ab'.repeat(32)}`);
    expect(settings.getState().config.task).toBe(`file-number-${sha256Hex(bytesFrom(802))}`);
    expect(data.getState().problem).toMatch(
      /^The link names a checker by the SHA-256 of its text, abababab…, which is/,
    );
  });

  it('a checker that was chosen for it stays when it is dropped again', async () => {
    const { settings, data } = await page();
    await data.choose(fileOf(textOf(rowsFrom(803))));
    await data.check({ words: 'contains' });
    await data.choose(fileOf(textOf(rowsFrom(803))));
    expect(settings.getState().config.task).toBe(`file-contains-${sha256Hex(bytesFrom(803))}`);
  });
});

it('a small task file travels in the link; a damaged one is named', async () => {
  const { settings, data } = await page();
  const template = { prompt: '{a}+{b}=', answer: '{a+b}', variables: { a: { from: 1, to: 9 }, b: { from: 1, to: 9 } } };
  const file = { format: 'rollout-task', version: 1, title: 'Small sums', checker: 'number', template };
  await data.choose(fileOf(JSON.stringify(file), 'task.json'));
  const { task } = settings.getState().config;
  const words = linkWords('', writeHash('default', settings.getState().config));
  expect(words.get('task')).toBe(task);
  const other = `file-task-${'0'.repeat(64)}`;
  const link = (id: string, word: string) => new URLSearchParams({ task: id, task_file: word });
  const host = { open: async () => new MemoryDatabase() };
  await openLinked(link(other, words.get('task_file') ?? ''), host);
  await openLinked(link(other, '%%%'), host);
  expect(isOpen(other)).toBe(false);
  expect(readLink('', `#task=${other}`, knownTasks).notices.join()).toContain('which is not open here');
  const fresh = JSON.stringify({ ...file, title: 'Sums of a link' });
  const id = `file-task-${sha256Hex(new TextEncoder().encode(fresh))}`;
  await openLinked(link(id, btoa(fresh).replaceAll('+', '-').replaceAll('/', '_')), host);
  expect(knownTasks.find((known) => known.id === id)?.title).toBe('Sums of a link');
});

it('a small task file of an arm travels in the link of a comparison', async () => {
  const fresh = JSON.stringify({
    format: 'rollout-task',
    version: 1,
    title: 'Sums of an arm',
    checker: 'number',
    template: { prompt: '{a}=', answer: '{a}', variables: { a: { from: 1, to: 99 } } },
  });
  const id = `file-task-${sha256Hex(new TextEncoder().encode(fresh))}`;
  const words = new URLSearchParams({ task: id, task_file: btoa(fresh).replaceAll('+', '-').replaceAll('/', '_') });
  const plan = {
    experiment: null,
    metric: null,
    arms: [
      { id: 'a', title: 'Sums', words: '' },
      { id: 'b', title: 'Own', words: words.toString() },
    ],
    seeds: [1],
    steps: null,
    runs: [],
  };
  const address = new URL(comparedAddress({ origin: 'https://a.example', pathname: '/' }, plan));
  expect(settingsOf(plan.arms[1] ?? { words: '' }, knownTasks).notices.join()).toContain('which is not open here');
  await openLinked(linkWords('', address.hash), { open: async () => new MemoryDatabase() });
  expect(settingsOf(plan.arms[1] ?? { words: '' }, knownTasks)).toMatchObject({ config: { task: id }, notices: [] });
});

it('a profile is measured with progress, and can be stopped', async () => {
  const { session, settings } = await page(new MemoryDatabase(), { stepTime: 5 });
  await session.open();
  const profiles = createProfiles(session);
  const seen: number[] = [];
  profiles.subscribe(({ progress }) => void (progress && seen.push(progress.done)));
  await profiles.start();
  expect(profiles.getState()).toMatchObject({
    running: false,
    problem: null,
    newest: { policy: config.policy, profile: { task: settings.getState().config.task } },
  });
  expect(seen.length).toBeGreaterThan(5);
  const { newest } = profiles.getState();
  const going = profiles.start();
  profiles.stop();
  await going;
  expect(profiles.getState()).toMatchObject({ running: false, newest });
});
