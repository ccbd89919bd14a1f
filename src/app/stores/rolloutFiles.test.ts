/**
 * @file Rollout files on the page: chosen, refused, offered settings, kept, asked for again. The trainer is fake;
 * reading a file is tested with a real one.
 */
import { expect, it, vi } from 'vitest';
import type { TrainConfig } from '../../rl/config/config.ts';
import { presetConfig } from '../../rl/config/presets.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer, type FakeOptions } from '../fixture/fakeTrainer.ts';
import { writable } from '../../../testing/app/writable.ts';
import { MemoryDatabase, memoryHost } from '../fixture/memoryDatabase.ts';
import { readLink, writeHash } from '../url.ts';
import { createLibrary } from './library.ts';
import type { Files } from '../../rl/sandbox/ownTask.ts';
import { createRolloutFiles } from './rolloutFiles.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

vi.mock('react', () => ({}));

const offline: TrainConfig = {
  ...presetConfig('default'),
  rollouts: 'offline',
  promptsPerStep: 2,
  numGenerations: 4,
  evalEvery: 0,
};
const headed = (change: object = {}) =>
  new File(
    [
      `${JSON.stringify({ format: 'rollouts', version: 1, policy: 'default', task: 'sums', difficulty: 4, temperature: 1, num_generations: 4, rollouts: 1024, ...change })}\n`,
    ],
    'mine.jsonl',
  );
const hashOf = async (file: File) => sha256Hex(new Uint8Array(await file.arrayBuffer()));

/** Arguments of an opening of a run. */
interface Opened {
  readonly config: TrainConfig;
  readonly file: Uint8Array | undefined;
}

class WatchedTrainer extends FakeTrainer {
  constructor(
    private readonly opened: Opened[],
    options: FakeOptions,
  ) {
    super(tasks, options);
  }

  override open(config: TrainConfig, options: Parameters<FakeTrainer['open']>[1], files: Files = {}) {
    this.opened.push({ config, file: files[config.rolloutFile] });
    return super.open(config, options);
  }
}

async function page({
  database = new MemoryDatabase(),
  config = offline,
  fake = {},
}: { database?: MemoryDatabase; config?: TrainConfig; fake?: FakeOptions } = {}) {
  const opened: Opened[] = [];
  const run = createRunStore(
    () => {
      const trainer = new WatchedTrainer(opened, fake);
      return { trainer, listen: trainer.listen, terminate: () => undefined };
    },
    (sha256) => files.bytesOf(sha256),
  );
  const settings = createSettingsStore(tasks, { preset: 'default', config, notices: [] });
  const session = createSession(run, settings, { backend: 'auto', workers: 'auto' });
  const library = createLibrary(session, memoryHost(database));
  const files = createRolloutFiles(session, library, tasks);
  await library.start();
  await session.open();
  return { run, settings, session, library, files, opened, database };
}

it('a fitting file is used by the next run, kept, and named in the link', async () => {
  const { settings, session, files, opened, database } = await page();
  const file = headed();
  const sha256 = await hashOf(file);
  await files.choose(file);
  expect(settings.getState().config).toMatchObject({ rollouts: 'offline', rolloutFile: sha256 });
  expect(files.getState()).toMatchObject({
    known: { [sha256]: { kept: true, summary: { rollouts: 1024 } } },
    problem: null,
    reading: false,
  });
  expect([...database.files.keys()]).toEqual([sha256]);
  await session.reset();
  expect(opened.at(-1)?.config.rolloutFile).toBe(sha256);
  expect(sha256Hex(opened.at(-1)?.file ?? new Uint8Array())).toBe(sha256);
  expect(readLink('', writeHash('default', settings.getState().config), tasks)).toMatchObject({
    config: { rolloutFile: sha256, rollouts: 'offline' },
    notices: [],
  });
});

it('another choice of rollouts, another task, or the base again drops the file', async () => {
  const { settings, files } = await page();
  const give = async () => {
    await files.choose(headed());
    expect(settings.getState().config.rolloutFile).not.toBe('');
  };
  for (const leave of [
    () => settings.setChoice('rollouts', 'replay'),
    () => settings.chooseTask('chain'),
    () => files.fromBase(),
    () => settings.chooseAlgorithm('sft'),
  ]) {
    settings.adopt({ preset: 'default', config: offline });
    await give();
    leave();
    expect(settings.getState().config.rolloutFile).toBe('');
  }
});

it.each<[string, object, RegExp, object | null]>([
  [
    'another task',
    { task: 'chain', difficulty: 3 },
    /it holds problems of Chain/,
    { task: 'chain', difficulty: 3, numGenerations: 4 },
  ],
  [
    'another group size',
    { num_generations: 8 },
    /groups of 8 completions, and the group size is set to 4/,
    { task: 'sums', difficulty: 4, numGenerations: 8 },
  ],
  ['groups of one', { num_generations: 1 }, /2 to 16 can be learnt from/, null],
  ['a task that there is not', { task: 'poems' }, /a task that this page does not have \(poems\)/, null],
  ['a difficulty that there is not', { difficulty: 99 }, /difficulty 99, which its task does not have/, null],
])('%s is refused with a reason, and fitting settings are offered', async (_, change, sentence, fitting) => {
  const { settings, files } = await page();
  const { config } = settings.getState();
  await files.choose(headed(change));
  expect(files.getState().problem).toMatchObject({ fitting, needed: false });
  expect(files.getState().problem?.sentence).toMatch(sentence);
  expect(settings.getState().config, 'nothing is lost').toBe(config);
  await files.fit();
  expect(settings.getState().config).toMatchObject(
    fitting ? { ...fitting, rolloutFile: await hashOf(headed(change)) } : config,
  );
});

it('a refusal by the trainer is reported with its line, and a file of another difficulty offers that difficulty', async () => {
  const { settings, files } = await page({ fake: { refuses: 'line 7: prompt_ids: 9 at most, not 12' } });
  await files.choose(headed());
  expect(files.getState().problem).toEqual({
    sentence: 'mine.jsonl cannot be used: line 7: prompt_ids: 9 at most, not 12.',
    fitting: null,
    needed: false,
  });
  await files.choose(headed({ difficulty: 5 }));
  expect(files.getState().problem?.fitting).toMatchObject({ difficulty: 5 });
  expect(settings.getState().config.rolloutFile).toBe('');
  await files.choose(new File(['hello'], 'photo.png'));
  expect(files.getState().problem?.sentence).toMatch(/^photo\.png cannot be used: line 1: /);
  Object.defineProperty(File.prototype, 'size', { value: 65e6, configurable: true });
  await files.choose(headed());
  Reflect.deleteProperty(File.prototype, 'size');
  expect(files.getState().problem?.sentence).toMatch(/it has 65.* and 64.*MB is the most that is read/);
});

it('without room the file stays in memory, which is reported; keeping it is tried again at the first step of a run', async () => {
  const database = new MemoryDatabase();
  database.capacity = 0;
  const { files, session } = await page({ database });
  await files.choose(headed());
  const sha256 = await hashOf(headed());
  expect(files.getState().known[sha256]).toMatchObject({ kept: false });
  database.capacity = 10;
  await session.reset();
  await session.step();
  await vi.waitFor(() => expect(files.getState().known[sha256]).toMatchObject({ kept: true }));
});

it('after a reload the kept file is found; a missing one is asked for, and no other accepted', async () => {
  const first = await page();
  await first.files.choose(headed());
  const { config } = first.settings.getState();
  const { rolloutFile } = config;
  const again = await page({ database: first.database, config });
  expect(again.opened.at(-1)?.file).toBeInstanceOf(Uint8Array);
  await again.files.look(rolloutFile);
  expect(again.files.getState().known[rolloutFile]).toMatchObject({ kept: true });

  const elsewhere = await page({ config });
  expect(elsewhere.opened.at(-1)?.file).toBeUndefined();
  await elsewhere.files.look(rolloutFile);
  expect(elsewhere.files.getState().known[rolloutFile]).toBe('absent');
  writable(elsewhere.run).setState({
    status: 'failed',
    error: { code: 'rollout-file', message: 'It is not here.', kept: '', remedy: '' },
  });
  await elsewhere.files.choose(headed({ policy: 'somebody' }), rolloutFile);
  expect(elsewhere.files.getState().problem).toMatchObject({
    sentence: expect.stringMatching(/^mine\.jsonl is another file: /),
    needed: true,
  });
  await elsewhere.files.choose(headed(), rolloutFile);
  await vi.waitFor(() => expect(elsewhere.run.getState()).toMatchObject({ status: 'ready', error: null }));
  expect(sha256Hex(elsewhere.opened.at(-1)?.file ?? new Uint8Array())).toBe(rolloutFile);
});

it('a kept file that was changed counts as absent', async () => {
  const database = new MemoryDatabase();
  const { files } = await page({ database });
  const sha256 = 'a'.repeat(64);
  database.files.set(sha256, new TextEncoder().encode('other'));
  await files.look(sha256);
  expect(files.getState().known[sha256]).toBe('absent');
});
