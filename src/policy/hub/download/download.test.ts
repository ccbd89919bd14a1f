import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobs, hubFolder } from '../../../../testing/hubFolder.ts';
import { hubServer, type HubServer } from '../../../../testing/hubServer.ts';
import { importHubModel } from '../model.ts';
import { blobSource } from '../source.ts';
import { downloadModel, type DownloadOptions } from './download.ts';
import { memoryFolder } from './fileFolder.ts';
import { HubError } from './hubError.ts';
import { hubSource } from './hubSource.ts';
import { listModel, modelId } from './listing.ts';
import { downloadState } from './pieces.ts';
import { connection } from './request.ts';

const ID = 'someone/tiny-model';
const folder = hubFolder('qwen3', { type: 'BF16', shards: 3 });
/** Small, so that a shard takes several requests. */
const windows = { first: 2 ** 11, further: 2 ** 13 };
const isShard = (path: string): boolean => path.endsWith('.safetensors');
/** A request for weights of the second shard, whose header was read before all weights. */
const isLate = (path: string, range: string): boolean => path.includes('00002-of') && !range.startsWith('bytes=0-');
const isFile = (path: string): boolean => path.includes('/resolve/');

let server: HubServer;
let kept: Map<string, Uint8Array<ArrayBuffer>>;

beforeEach(async () => {
  server = await hubServer(folder.files);
  kept = new Map();
});
afterEach(() => server.close());

const download = (changes: Partial<DownloadOptions> = {}) =>
  downloadModel(ID, {
    ...connection,
    fetch,
    origin: server.origin,
    folder: memoryFolder(kept),
    silence: 300,
    pause: 1,
    bits: 4,
    windows,
    ...changes,
  });
const failure = async (changes: Partial<DownloadOptions> = {}): Promise<HubError> => {
  const error: unknown = await download(changes).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(HubError);
  return error as HubError;
};
const expected = async (files = folder.files) =>
  (await importHubModel(blobSource(ID, blobs(files)), { bits: 4 })).checkpoint.manifest.sha256;
const pieces = () => [...kept.keys()].filter((name) => name.endsWith('.piece'));

/** Misbehaves at the first request for which `when` holds. */
function once(when: (path: string) => boolean, misdeed: ReturnType<HubServer['misdeed']>): void {
  let isDone = false;
  server.misdeed = (path) => {
    if (isDone || !when(path)) return null;
    isDone = true;
    return misdeed;
  };
}

describe('a model by its id', () => {
  it('has the checkpoint of its folder; the files come from the commit, each request once', async () => {
    const { checkpoint, listing } = await download();
    expect(checkpoint.manifest).toMatchObject({ sha256: await expected(), hub: { name: ID, architecture: 'qwen3' } });
    expect(listing.commit).toBe(server.commit);
    expect(server.requests[0]?.path).toBe(`/api/models/${ID}/revision/main`);
    const files = server.requests.slice(1);
    expect(files.every(({ path }) => path.startsWith(`/${ID}/resolve/${server.commit}/`))).toBe(true);
    expect(new Set(files.map(({ path, range }) => path + range)).size).toBe(files.length);
  });

  it('of a large file is read in ranges that share no byte, and its SHA-256 is verified', async () => {
    const body = Uint8Array.from({ length: 2 ** 11 + 2 ** 14 + 5 }, (_, i) => (i * 7919) >> 3);
    server.files = new Map([['model.safetensors', body]]);
    const options = { ...connection, fetch, origin: server.origin, windows };
    const source = hubSource(await listModel(ID, 'main', options, server.origin), options);
    for (let at = 0; at < body.length; at += 999)
      expect(await source.read('model.safetensors', at, Math.min(body.length, at + 999))).toEqual(
        body.slice(at, at + 999),
      );
    expect(server.requests.slice(1).map(({ range }) => range)).toEqual([
      'bytes=0-2047',
      'bytes=2048-10239',
      'bytes=10240-18431',
      'bytes=18432-18436',
    ]);
    expect(source.isVerified('model.safetensors')).toBe(true);
  });

  it('is taken from a text, also from the address of its page', () => {
    expect(modelId(' https://huggingface.co/Qwen/Qwen3-0.6B ')).toBe('Qwen/Qwen3-0.6B');
    for (const text of ['', 'gpt2', 'a/b/c', '../x', 'a/..', 'https://example.org/a/b', 'a/b?c', 'ä/b'])
      expect(() => modelId(text)).toThrow(/owner\/name is needed/);
  });
});

describe('a connection', () => {
  it.each(['cut', 'short'] as const)('that ends early (%s) goes on where it stopped', async (misdeed) => {
    once(isShard, misdeed);
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
    const [broken, resumed] = server.requests.filter(({ path }) => isShard(path));
    const [, end] = /-(\d+)$/.exec(broken?.range ?? '') ?? [];
    const half = (Number(end) + 1) >> 1;
    expect(resumed).toEqual({ path: broken?.path, range: `bytes=${half}-${end}` });
  });

  it.each(['hang', 'stall'] as const)('that stands still (%s) is given up and asked again', async (misdeed) => {
    once(isShard, misdeed);
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
  });

  it('that always breaks off ends in an error that names model, file and range', async () => {
    server.misdeed = (path) => (isShard(path) ? 'hang' : null);
    const { code, message } = await failure({ silence: 30, tries: 3 });
    expect(code).toBe('silent');
    expect(message).toMatch(
      /^someone\/tiny-model: model-00001-of-00003\.safetensors, bytes 0 to 2047: no answer came within 0\.03 s; 3 requests failed$/,
    );
  });

  it('to a server that is not there ends in an error', async () => {
    await server.close();
    expect(await failure({ tries: 2 })).toMatchObject({ code: 'unreachable' });
    server = await hubServer(folder.files);
  });

  it('waits before each repetition, twice as long', async () => {
    const times: number[] = [];
    server.misdeed = (path) => {
      if (!isFile(path)) return null;
      times.push(performance.now());
      return times.length <= 3 ? 503 : null;
    };
    await download({ pause: 40 });
    const gaps = times.slice(1, 4).map((time, i) => time - (times[i] as number));
    for (const [i, gap] of gaps.entries()) expect(gap).toBeGreaterThanOrEqual(40 * 2 ** i - 2);
  });

  it('is stopped during a pause too', async () => {
    const controller = new AbortController();
    server.misdeed = () => {
      setTimeout(() => controller.abort(), 30);
      return 503;
    };
    expect(await failure({ signal: controller.signal, pause: 60_000 })).toMatchObject({ code: 'stopped' });
  });

  it('is stopped at once, and leaves the pieces that are there', async () => {
    const controller = new AbortController();
    server.misdeed = (path, range) => {
      if (!isLate(path, range)) return null;
      setTimeout(() => controller.abort(), 5);
      return 'hang';
    };
    expect(await failure({ signal: controller.signal, silence: 60_000 })).toMatchObject({ code: 'stopped' });
    expect(pieces().length).toBeGreaterThan(3);
  });
});

describe('a server', () => {
  it('that ignores ranges is read to the byte that is needed', async () => {
    server.misdeed = (path) => (isFile(path) ? 'whole' : null);
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
  });

  it.each([
    [401, 'gated', /does not exist, is private, or is gated/],
    [403, 'gated', /it is gated: accept its terms/],
    [404, 'missing', /no such model/],
    [429, 'busy', /too many requests, try again in a few minutes/],
    [400, 'refused', /the server answered 400/],
    [500, 'refused', /the server answered 500/],
  ] as const)('that answers %i to the id or to a file is named', async (status, code, message) => {
    server.misdeed = () => status;
    expect(await failure({ tries: 2 })).toMatchObject({ code, message: expect.stringMatching(message) });
    server.misdeed = (path) => (isShard(path) ? status : null);
    const error = await failure({ tries: 2 });
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error.message).toContain('model-00001-of-00003.safetensors');
  });

  it('that sends other bytes once is read again from the beginning', async () => {
    once(isShard, 'wrong bytes');
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
    expect(server.requests.filter(({ path }) => path.startsWith('/api/'))).toHaveLength(2);
  });

  it('that always sends other bytes ends in an error that names the file', async () => {
    server.misdeed = (path) => (isShard(path) ? 'wrong bytes' : null);
    const { code, message } = await failure();
    expect(code).toBe('damaged');
    expect(message).toMatch(/model-00001-of-00003\.safetensors, \d+ bytes: the SHA-256 is not the one the hub lists/);
    expect(pieces()).toEqual([]);
  });

  it('that sends another range ends in an error', async () => {
    server.misdeed = (path) => (isShard(path) ? 'wrong start' : null);
    expect(await failure()).toMatchObject({ code: 'damaged', message: expect.stringMatching(/bytes from 1 where 0/) });
  });

  it.each(['no JSON', '{}', '{"sha":"x","siblings":[]}', '{"siblings":[{"rfilename":1}]}'])(
    'whose list of files is malformed ends in an error (%s)',
    async (text) => {
      const error = await failure({ fetch: async () => new Response(text) });
      expect(error).toMatchObject({ code: 'damaged', message: expect.stringMatching(/^someone\/tiny-model.*list of/) });
    },
  );
});

describe('a model under way', () => {
  /** Stops in the second shard. */
  async function begin(): Promise<number> {
    server.misdeed = (path, range) => (isLate(path, range) ? 404 : null);
    await failure();
    server.misdeed = () => null;
    server.requests.length = 0;
    return pieces().length;
  }

  it('is resumed with the pieces that are there', async () => {
    expect(await begin()).toBeGreaterThan(3);
    const written = [...kept].filter(([name]) => name.endsWith('.piece'));
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
    for (const [name, bytes] of written) expect(kept.get(name)).toBe(bytes);
  });

  it('reads a damaged piece again', async () => {
    await begin();
    const [name = ''] = pieces();
    const piece = kept.get(name) as Uint8Array;
    piece[piece.length - 1] = (piece.at(-1) as number) ^ 1;
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
    expect(kept.get(name)).not.toBe(piece);
  });

  it('starts again at another commit', async () => {
    await begin();
    const other = hubFolder('qwen3', { type: 'BF16', shards: 3, seed: 2 });
    server.files = other.files;
    server.commit = 'b'.repeat(40);
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected(other.files));
  });

  it('starts again where a server gives a file another tag', async () => {
    await begin();
    const [old] = pieces();
    const bytes = kept.get(old as string);
    server.etag = '"2"';
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
    expect(kept.get(old as string)).not.toBe(bytes);
    expect(server.requests.filter(({ path }) => path.startsWith('/api/'))).toHaveLength(2);
  });

  it('of a server whose tags change with each answer ends in an error', async () => {
    await begin();
    server.misdeed = (_path, _range, count) => {
      server.etag = `"${count}"`;
      return count % 2 === 1 ? 'cut' : null;
    };
    expect(await failure()).toMatchObject({ code: 'changed', message: expect.stringMatching(/changed on the server/) });
  });

  it('that the storage cannot hold is refused before weights are read', async () => {
    const { code, message } = await failure({ room: async () => 1000 });
    expect([code, message]).toEqual([
      'full',
      "someone/tiny-model: 1 MB are needed in the browser's storage, and 1 MB are free",
    ]);
    expect(pieces()).toEqual([]);
  });

  it('keeps its pieces when the storage is full', async () => {
    const folder = memoryFolder(kept);
    const write: typeof folder.write = async (name, bytes) => {
      if (pieces().length === 6) throw new HubError('full', 'the storage is full');
      return folder.write(name, bytes);
    };
    expect(await failure({ folder: { ...folder, write } })).toMatchObject({ code: 'full' });
    expect(pieces()).toHaveLength(6);
    expect((await download()).checkpoint.manifest.sha256).toBe(await expected());
  });
});

it('a model under way is kept with the bits and the template that were asked for last', async () => {
  const state = () => downloadState(memoryFolder(kept));
  server.misdeed = (path) => (isShard(path) ? 404 : null);
  await failure({ isChat: 'where there is a template' });
  expect(await state()).toMatchObject({ id: ID, bits: 4, isChat: 'where there is a template' });
  await failure({ isChat: false });
  expect(await state()).toMatchObject({ id: ID, bits: 4, isChat: false });
});
