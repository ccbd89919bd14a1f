/** @file The tests that every CPU runtime must pass; node.test.ts and wasm.test.ts run them. */

import { afterEach, beforeEach, expect, it } from 'vitest';
import { AFFINE, AFFINE_ROWS, FLIP, STEP, encodeModel, identityOf } from './addGraph.ts';
import {
  RuntimeError,
  type DataType,
  type HostTensor,
  type Program,
  type Runtime,
  type RuntimeErrorCode,
  type TensorData,
} from '../../src/engine/runtime/runtime.ts';

const f32 = (shape: readonly number[], ...values: number[]): HostTensor => ({
  dtype: 'float32',
  shape,
  data: Float32Array.from(values),
});

const X = f32([2, 3], 1, 2, 3, 4, 5, 6);
const W = f32([3, 2], 1, 0, 0, 1, 1, 1);
const B = f32([2], 10, 20);
const XW_PLUS_B = [14, 25, 20, 31];

async function fails(code: RuntimeErrorCode, text: RegExp, action: () => unknown): Promise<void> {
  const error: unknown = await Promise.resolve()
    .then(action)
    .then(
      () => 'no error',
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(RuntimeError);
  if (error instanceof RuntimeError)
    expect({ code: error.code, text: text.test(error.message) }).toEqual({ code, text: true });
}

/** Registers the tests for the runtime that `create` makes. */
export function itConforms(create: () => Promise<Runtime>): void {
  let runtime: Runtime;
  let affine: Program;
  beforeEach(async () => {
    runtime = await create();
    affine = await runtime.compile(encodeModel(AFFINE), AFFINE);
  });
  afterEach(() => runtime.dispose());

  it('gives the same result from host and device tensors', async () => {
    const w = runtime.upload(W);
    const { y } = await affine.run({ x: X, w, b: B });
    expect(y?.shape).toEqual([2, 2]);
    expect([...((await y?.read()) ?? [])]).toEqual(XW_PLUS_B);
  });

  it('counts live tensors, copies and runs', async () => {
    const w = runtime.upload(W);
    const { y } = await affine.run({ x: X, w, b: B });
    await y?.read();
    expect(runtime.statistics).toMatchObject({
      liveTensors: 2,
      livePrograms: 1,
      runs: 1,
      bytesUploaded: 56,
      bytesRead: 16,
    });
    w.dispose();
    y?.dispose();
    await affine.dispose();
    expect(runtime.statistics).toMatchObject({ liveTensors: 0, livePrograms: 0 });
  });

  it('writes into a given tensor, also one that the run reads before and after', async () => {
    const step = await runtime.compile(encodeModel(STEP), STEP);
    const s = runtime.upload(f32([4], 1, 2, 3, 4));
    for (let i = 0; i < 3; i++) {
      const { t, ...rest } = await step.run({ s, d: f32([4], 1, 1, 1, 1) }, { s_next: s });
      expect(rest).toEqual({});
      expect([...((await t?.read()) ?? [])]).toEqual([1, 2, 3, 4].map((v) => (v + i) * (v + i + 1)));
    }
    expect([...(await s.read())]).toEqual([4, 5, 6, 7]);
    expect(runtime.statistics.liveTensors).toBe(4);
  });

  it('lets an output declared in place share the memory of a feed', async () => {
    const flip = await runtime.compile(encodeModel(FLIP), { ...FLIP, inPlace: ['s_next'] });
    const s = runtime.upload(f32([4], 1, 2, 3, 4));
    for (let i = 0; i < 3; i++) await flip.run({ s, d: f32([4], 10, 10, 10, 10) }, { s_next: s });
    expect([...(await s.read())]).toEqual([9, 8, 7, 6]);
  });

  it('runs with any number of rows up to the largest where inputs vary', async () => {
    const rows = await runtime.compile(encodeModel(AFFINE_ROWS), AFFINE_ROWS);
    const x = (count: number) => f32([count, 3], ...Array.from({ length: 3 * count }, (_, i) => i + 1));
    for (const count of [2, 4, 1, 2]) {
      const { y } = await rows.run({ x: x(count), w: W, b: B });
      expect(y?.shape).toEqual([count, 2]);
      expect([...((await y?.read()) ?? [])]).toEqual([...XW_PLUS_B, 26, 37, 32, 43].slice(0, 2 * count));
    }
    const target = runtime.upload(f32([2, 2], 0, 0, 0, 0));
    await rows.run({ x: x(2), w: W, b: B }, { y: target });
    expect([...(await target.read())]).toEqual(XW_PLUS_B);
    await fails('bad-feed', /"y" has shape \[2,2\], expected \[3,2\]/, () =>
      rows.run({ x: x(3), w: W, b: B }, { y: target }),
    );
    await fails('bad-feed', /"x" has shape \[5,3\], expected \[4,3\]/, () => rows.run({ x: x(5), w: W, b: B }));
    await fails('bad-feed', /"w" has shape \[2,2\], expected \[3,2\]/, () =>
      rows.run({ x: x(2), w: f32([2, 2], 1, 1, 1, 1), b: B }),
    );
  });

  it('copies ranges of bytes between tensors, in the order of the calls', async () => {
    const from = runtime.upload(f32([4], 1, 2, 3, 4));
    const to = runtime.upload({ dtype: 'int32', shape: [6], data: new Int32Array(6) });
    runtime.copy([
      { from, to, at: 4 },
      { from, start: 8, size: 4, to },
    ]);
    from.write(Float32Array.of(0, 0, 0, 0));
    const words = (await to.read()) as Int32Array;
    expect([...new Float32Array(words.buffer, words.byteOffset, 6)]).toEqual([3, 1, 2, 3, 4, 0]);
  });

  it('refuses to copy what does not fit or is not its own', async () => {
    const [from, to] = [runtime.upload(f32([4], 1, 2, 3, 4)), runtime.upload(f32([2], 5, 6))];
    for (const [start, size, at] of [
      [0, 12, 0],
      [8, 12, 0],
      [0, 4, 6],
      [0, 0, 0],
      [-4, 4, 0],
    ] as const)
      expect(() => runtime.copy([{ from, start, size, to, at }])).toThrow(
        `${size} bytes from ${start} on do not go to`,
      );
    to.dispose();
    expect(() => runtime.copy([{ from, to }])).toThrow(/was used after it was disposed/);
    const other = await create();
    const foreign = other.upload(f32([4], 1, 2, 3, 4));
    expect(() => runtime.copy([{ from: foreign, to: from }])).toThrow('a tensor belongs to another runtime');
    await other.dispose();
  });

  it('executes runs and writes in the order of the calls', async () => {
    const step = await runtime.compile(encodeModel(STEP), STEP);
    const s = runtime.upload(f32([4], 0, 0, 0, 0));
    const t = runtime.upload(f32([4], 0, 0, 0, 0));
    const one = f32([4], 1, 1, 1, 1);
    const before = step.run({ s, d: one }, { s_next: s, t });
    s.write(Float32Array.of(10, 10, 10, 10));
    const middle = s.read();
    const after = step.run({ s, d: one }, { s_next: s, t });
    const end = s.read();
    s.dispose();
    await Promise.all([before, after]);
    expect([...(await middle)]).toEqual([10, 10, 10, 10]);
    expect([...(await end)]).toEqual([11, 11, 11, 11]);
    expect([...(await t.read())]).toEqual([110, 110, 110, 110]);
  });

  it('keeps tensors independent of the arrays they were made from and read into', async () => {
    const source = Float32Array.of(10, 20);
    const b = runtime.upload({ dtype: 'float32', shape: [2], data: source });
    source.fill(0);
    const copy = await b.read();
    copy[0] = 0;
    expect([...(await b.read())]).toEqual([10, 20]);
  });

  const samples: Record<Exclude<DataType, 'float64'>, TensorData> = {
    // 0, -1.5, 2, infinity, 3.
    float16: Uint16Array.of(0, 0xbe00, 0x4000, 0x7c00, 0x4200),
    float32: Float32Array.of(0, -1.5, 2, Infinity, 3),
    int32: Int32Array.of(0, -1, 2, 2147483647, 3),
    int64: BigInt64Array.of(0n, -1n, 2n, 9007199254740993n, 3n),
    uint8: Uint8Array.of(0, 1, 2, 255, 3),
    bool: Uint8Array.of(0, 1, 1, 0, 1),
  };
  for (const dtype of ['float16', 'float32', 'int32', 'int64', 'uint8', 'bool'] as const) {
    it(`carries ${dtype} through unchanged`, async () => {
      const identity = await runtime.compile(encodeModel(identityOf(dtype)), identityOf(dtype));
      const { y } = await identity.run({ x: { dtype, shape: [5], data: samples[dtype] } });
      expect(await y?.read()).toEqual(samples[dtype]);
    });
  }

  it('names the program and the input of a bad feed', async () => {
    await fails('bad-feed', /affine.*"b" is missing/, () => affine.run({ x: X, w: W }));
    await fails('bad-feed', /affine.*"z" does not exist/, () => affine.run({ x: X, w: W, b: B, z: B }));
    await fails('bad-feed', /affine.*"x" has shape \[3,2\], expected \[2,3\]/, () => affine.run({ x: W, w: W, b: B }));
    const ints: HostTensor = { dtype: 'int32', shape: [2], data: Int32Array.of(1, 2) };
    await fails('bad-feed', /affine.*"b" is int32, expected float32/, () => affine.run({ x: X, w: W, b: ints }));
    await fails('bad-feed', /affine.*"b".*2 elements, got 1/, () =>
      affine.run({ x: X, w: W, b: { ...B, data: Float32Array.of(1) } }),
    );
    await fails('bad-feed', /Float32Array, got Int32Array/, () => runtime.upload({ ...B, data: Int32Array.of(1, 2) }));
  });

  it('names the output of a bad target', async () => {
    const target = runtime.upload(f32([2, 2], 0, 0, 0, 0));
    const feeds = { x: X, w: W, b: B };
    await fails('bad-feed', /affine.*output "z" does not exist/, () => affine.run(feeds, { z: target }));
    await fails('bad-feed', /affine.*output "y" has shape \[2\]/, () => affine.run(feeds, { y: runtime.upload(B) }));
    const step = await runtime.compile(encodeModel(STEP), STEP);
    const s = runtime.upload(f32([4], 0, 0, 0, 0));
    await fails('bad-feed', /"s_next" and "t" go into the same/, () => step.run({ s, d: s }, { s_next: s, t: s }));
  });

  it('refuses tensors of another runtime', async () => {
    const other = await create();
    const b = other.upload(B);
    await fails('bad-feed', /"b" belongs to another runtime/, () => affine.run({ x: X, w: W, b }));
    await other.dispose();
  });

  it('throws on use after disposal', async () => {
    const b = runtime.upload(B);
    b.dispose();
    await fails('disposed', /input "b"/, () => affine.run({ x: X, w: W, b }));
    await fails('disposed', /used after/, () => b.read());
    await fails('disposed', /used after/, () => b.write(Float32Array.of(1, 2)));
    await fails('disposed', /twice/, () => b.dispose());
    await affine.dispose();
    await fails('disposed', /program affine/, () => affine.run({ x: X, w: W, b: B }));
    await fails('disposed', /twice/, () => affine.dispose());
    const orphan = runtime.upload(B);
    await runtime.dispose();
    await fails('disposed', /runtime/, () => runtime.upload(B));
    orphan.dispose();
    expect(runtime.statistics).toMatchObject({ liveTensors: 0, livePrograms: 0 });
  });

  it('finishes calls made before disposal', async () => {
    const pending = affine.run({ x: X, w: W, b: B });
    const gone = runtime.dispose();
    expect(Object.keys(await pending)).toEqual(['y']);
    await gone;
  });

  it('refuses a model that is broken or does not match its description', async () => {
    await fails('compile', /affine/, () => runtime.compile(Uint8Array.of(1, 2, 3), AFFINE));
    const model = encodeModel(AFFINE);
    const inputs = AFFINE.inputs.map((spec) => (spec.name === 'x' ? { ...spec, shape: [3, 3] } : spec));
    await fails('compile', /input "x" has shape \[2,3\] in the model/, () =>
      runtime.compile(model, { ...AFFINE, inputs }),
    );
    await fails('compile', /outputs \[y\]/, () => runtime.compile(model, { ...AFFINE, outputs: [] }));
    expect(runtime.statistics.livePrograms).toBe(1);
  });
}
