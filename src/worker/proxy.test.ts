import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { UsageError } from '../lib/assert.ts';
import { RuntimeError } from '../engine/runtime/runtime.ts';
import { errorData, RemoteError } from './errors.ts';
import { channelPort, type Port } from './port.ts';
import { PROTOCOL_VERSION, readMessage } from './protocol.ts';
import { proxyOf } from './proxy.ts';
import { serve } from './serve.ts';

interface Desk {
  echo(value: unknown): Promise<unknown>;
  add(a: number, b: number): Promise<number>;
  fail(kind: 'runtime' | 'plain' | 'text' | 'circle'): Promise<never>;
  give(length: number): Promise<{ whole: Float32Array; part: Float32Array }>;
  hang(): Promise<never>;
}

class OwnDesk implements Desk {
  given: Float32Array[] = [];

  async echo(value: unknown) {
    return value;
  }

  async add(a: number, b: number) {
    return a + b;
  }

  async fail(kind: 'runtime' | 'plain' | 'text' | 'circle'): Promise<never> {
    if (kind === 'runtime')
      throw new RuntimeError('compile', 'the graph is bad', { cause: new UsageError('shape', { cause: 'a word' }) });
    if (kind === 'plain') throw new TypeError('plain');
    const circle: Error & { cause?: unknown } = new Error('circle');
    circle.cause = circle;
    throw kind === 'circle' ? circle : 'only text';
  }

  async give(length: number) {
    const whole = new Float32Array(length).fill(1);
    const part = new Float32Array(2 * length).fill(2).subarray(0, length);
    this.given = [whole, part];
    return { whole, part };
  }

  hang() {
    return new Promise<never>(() => {});
  }
}

let ports: Port[] = [];
afterEach(() => {
  for (const port of ports) port.close();
  ports = [];
});

function channel(): [Port, Port, MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  const [here, there] = [channelPort(port1), channelPort(port2)];
  ports.push(here, there);
  return [here, there, port1, port2];
}

function connected(onEvent?: (event: unknown) => void) {
  const [here, there, rawHere, rawThere] = channel();
  const target = new OwnDesk();
  const emit = serve(there, target);
  return { desk: proxyOf<Desk>(here, onEvent), target, emit, here, there, rawHere, rawThere };
}

const envelope = { version: PROTOCOL_VERSION };

describe('calls between threads', () => {
  test('carry plain data unchanged', async () => {
    const { desk } = connected();
    const plain = fc.anything({
      withTypedArray: true,
      withMap: true,
      withSet: true,
      withDate: true,
      withBigInt: true,
      withNullPrototype: false,
    });
    await fc.assert(
      fc.asyncProperty(plain, async (value) => {
        expect(await desk.echo(value)).toEqual(structuredClone(value));
      }),
      { numRuns: 50 },
    );
  });

  test('get their own answers', async () => {
    const { desk } = connected();
    const sums = await Promise.all(Array.from({ length: 20 }, (_, i) => desk.add(i, 100)));
    expect(sums).toEqual(Array.from({ length: 20 }, (_, i) => i + 100));
  });

  test('transfer a returned array, but copy a view of a part', async () => {
    const { desk, target } = connected();
    const { whole, part } = await desk.give(4);
    expect([...whole, ...part]).toEqual([1, 1, 1, 1, 2, 2, 2, 2]);
    expect(target.given.map(({ length }) => length)).toEqual([0, 4]);
  });

  test('deliver events in order, apart from answers', async () => {
    const events: unknown[] = [];
    const { desk, emit } = connected((event) => events.push(event));
    emit(1);
    emit({ two: 2 });
    await desk.add(1, 1);
    expect(events).toEqual([1, { two: 2 }]);
  });

  test('wait for an object still being made; a proxy is not a promise', async () => {
    const [here, there] = channel();
    serve(there, new Promise<OwnDesk>((resolve) => setTimeout(() => resolve(new OwnDesk()), 10)));
    const desk = await Promise.resolve(proxyOf<Desk>(here));
    expect(await desk.add(2, 3)).toBe(5);
  });

  test('all reject with the reason why the object could not be made', async () => {
    const [here, there] = channel();
    serve(there, Promise.reject(new RuntimeError('unavailable', 'no WASM here')));
    const desk = proxyOf<Desk>(here);
    await expect(desk.add(2, 3)).rejects.toMatchObject({ code: 'unavailable', message: 'no WASM here' });
  });
});

describe('errors between threads', () => {
  test('keep name, code, message and causes', async () => {
    const { desk } = connected();
    const error: unknown = await desk.fail('runtime').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({
      name: 'RuntimeError',
      code: 'compile',
      message: 'the graph is bad',
      cause: { name: 'UsageError', message: 'shape', cause: { message: 'a word' } },
    });
    await expect(desk.fail('plain')).rejects.toMatchObject({ name: 'TypeError', message: 'plain', code: undefined });
    await expect(desk.fail('text')).rejects.toThrow('only text');
    await expect(desk.fail('circle')).rejects.toThrow('circle');
  });

  test('errorData and RemoteError are inverse to each other', () => {
    const error = new RuntimeError('run', 'a', { cause: new TypeError('b') });
    expect(errorData(new RemoteError(errorData(error)))).toEqual(errorData(error));
  });

  test.each(['missing', 'constructor', 'toString', 'given'])(
    'a method that is not there is named: %s',
    async (method) => {
      const { here } = connected();
      const desk = proxyOf<Record<string, () => Promise<unknown>>>(here);
      await expect(desk[method]?.()).rejects.toMatchObject({
        code: 'protocol',
        message: `there is no method ${method}`,
      });
    },
  );

  test('for arguments that cannot be copied, reject only their own call', async () => {
    const { desk } = connected();
    await expect(desk.echo(() => 1)).rejects.toMatchObject({
      code: 'not-sendable',
      message: expect.stringContaining('echo: its arguments cannot be sent'),
    });
    expect(await desk.add(1, 1)).toBe(2);
  });

  test('for a result that cannot be copied, reject its call', async () => {
    const [here, there] = channel();
    serve(there, { bad: async () => () => 1 });
    await expect(proxyOf<{ bad(): Promise<unknown> }>(here).bad()).rejects.toMatchObject({ name: 'DataCloneError' });
  });
});

describe('a broken connection', () => {
  test('rejects pending and later calls when the other side is gone', async () => {
    const { desk, there } = connected();
    const waiting = desk.hang();
    there.close();
    await expect(waiting).rejects.toMatchObject({ code: 'worker-died' });
    await expect(desk.add(1, 1)).rejects.toMatchObject({ code: 'worker-died' });
  });

  test('rejects them as well when this side closes', async () => {
    const { desk, here } = connected();
    const waiting = desk.hang();
    here.close();
    await expect(waiting).rejects.toMatchObject({ code: 'worker-died', message: 'the connection was closed' });
  });

  const garbage: readonly [what: string, message: unknown, words: string][] = [
    ['text', 'hello', 'not of this program'],
    ['nothing', undefined, 'not of this program'],
    [
      'another version',
      { version: 99, type: 'return', id: 0, value: 1 },
      'version 99 was refused; this side speaks version 1',
    ],
    ['an unknown type', { ...envelope, type: 'sing' }, 'malformed'],
    ['a missing id', { ...envelope, type: 'return', value: 1 }, 'malformed message was refused: id'],
    ['a surplus field', { ...envelope, type: 'return', id: 0, value: 1, more: 1 }, 'malformed'],
    ['an answer that nobody waits for', { ...envelope, type: 'return', id: 7, value: 1 }, 'call 7'],
    ['a call', { ...envelope, type: 'call', id: 0, method: 'add', args: [] }, 'a call was refused'],
  ];

  test.each(garbage)('the caller refuses %s with a message', async (_, message, words) => {
    const { desk, rawThere } = connected();
    const waiting = desk.hang();
    rawThere.postMessage(message);
    await expect(waiting).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining(words) });
    await expect(desk.add(1, 1)).rejects.toMatchObject({ code: 'protocol' });
  });

  test.each(garbage.slice(0, 5))('the server refuses %s, and the caller gets the reason', async (_, message, words) => {
    const { desk, rawHere } = connected();
    const waiting = desk.hang();
    rawHere.postMessage(message);
    await expect(waiting).rejects.toMatchObject({ code: 'protocol', message: expect.stringContaining(words) });
  });

  test('arbitrary garbage causes refusals only', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => readMessage(value)).toThrow(expect.objectContaining({ code: 'protocol' }));
      }),
    );
  });
});
