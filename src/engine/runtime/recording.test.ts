import type { Tensor } from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { newStatistics } from './core.ts';
import type { Session, TensorCopy } from './device.ts';
import { Recording } from './recording.ts';
import type { Capture } from './runtime.ts';

/** A tensor of which only the identity and the number in it count. */
interface Cell {
  type: string;
  dims: number[];
  value: number;
  disposed?: boolean;
  dispose(): void;
}
const cell = (value = 0): Cell & Tensor => {
  const made: Cell = { type: 'float32', dims: [1], value, dispose: () => (made.disposed = true) };
  return made as Cell & Tensor;
};

/** y = 2 x, bound to the tensors of its first run as ONNX Runtime is when it records; fails while `broken`. */
function doubling(broken = false) {
  const handles: Cell[] = [];
  let bound: { x: Cell; y: Cell } | undefined;
  const session: Session = {
    inputMetadata: [],
    outputMetadata: [],
    async run(feeds, fetches) {
      if (broken) throw new Error('cannot record');
      const y = (Array.isArray(fetches) ? cell() : (fetches as Record<string, unknown>).y) as Cell;
      bound ??= { x: feeds.x as unknown as Cell, y };
      bound.y.value = 2 * bound.x.value;
      if (y !== bound.y) handles.push(y);
      return { y: y as unknown as Tensor };
    },
    release: async () => {
      handles.push(cell(-1));
    },
  };
  return { session, handles };
}

function recording(capture: Capture, recorder = doubling()) {
  const statistics = newStatistics();
  const released: Tensor[] = [];
  const device = {
    statistics,
    allocate: () => cell(),
    release: (tensor: Tensor) => released.push(tensor),
    copy: (copies: readonly TensorCopy[]) => {
      for (const { from, to } of copies) (to as unknown as Cell).value = (from as unknown as Cell).value;
    },
  };
  const plain = async (): Promise<Session> => ({
    ...doubling().session,
    run: async (feeds, fetches) => {
      const [x, y] = [feeds.x, (fetches as Record<string, unknown>).y] as unknown as [Cell, Cell];
      y.value = 2 * x.value;
      return {};
    },
  });
  return {
    session: new Recording(recorder.session, plain, device, capture),
    statistics,
    released,
    handles: recorder.handles,
  };
}

test('fed and fetched tensors are copied to and from the recorded ones', async () => {
  const { session, statistics } = recording({ fixed: [] });
  for (const value of [3, 5]) {
    const y = cell();
    await session.run({ x: cell(value) }, { y });
    expect(y.value).toBe(2 * value);
  }
  expect(statistics.capturedGraphs).toBe(1);
});

test('the handles of a replay are released, and at the end the copies', async () => {
  const { session, handles, released } = recording({ fixed: [] });
  for (const value of [3, 5]) await session.run({ x: cell(value) }, { y: cell() });
  expect(handles.map(({ disposed }) => disposed)).toEqual([true]);
  await session.release();
  expect(released).toHaveLength(1);
});

test('a fixed tensor is used as it is, and another one in its place is refused', async () => {
  const { session } = recording({ fixed: 'all' });
  const [x, y] = [cell(1), cell()];
  await session.run({ x }, { y });
  x.value = 4;
  await session.run({ x }, { y });
  expect(y.value).toBe(8);
  await expect(session.run({ x: cell(4) }, { y })).rejects.toThrow('"x" is not the tensor of the recorded run');
  await expect(session.run({ x }, { y: cell() })).rejects.toThrow('"y" is not the tensor of the recorded run');
});

test('a session that cannot record gives way to a plain one, which accepts any tensors', async () => {
  const { session, statistics } = recording({ fixed: 'all' }, doubling(true));
  for (const value of [3, 5]) {
    const y = cell();
    await session.run({ x: cell(value) }, { y });
    expect(y.value).toBe(2 * value);
  }
  expect(statistics.capturedGraphs).toBe(0);
});
