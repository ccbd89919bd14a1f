import { describe, expect, it } from 'vitest';
import { Spares } from './spares.ts';

class FakeWorker extends EventTarget {
  ended = false;
  constructor(readonly name: string) {
    super();
  }
  terminate(): void {
    this.ended = true;
  }
}

function fakes() {
  const made: FakeWorker[] = [];
  const spares = new Spares((name) => {
    const worker = new FakeWorker(name);
    made.push(worker);
    return worker as unknown as Worker;
  });
  return { made, spares };
}

describe('Spares', () => {
  it('are started once, and given in the order of starting', () => {
    const { made, spares } = fakes();
    spares.prepare(2);
    spares.prepare(2);
    expect(made).toHaveLength(2);
    expect([spares.take(), spares.take()].map(({ worker }) => worker)).toEqual(made);
    expect(new Set(made.map(({ name }) => name)).size).toBe(2);
  });

  it('start a worker on request if none is ready', () => {
    const { made, spares } = fakes();
    const { worker, name } = spares.take();
    expect(made).toEqual([worker]);
    expect(made[0]?.name).toBe(name);
  });

  it('are not given out after they failed', () => {
    const { made, spares } = fakes();
    spares.prepare(1);
    made[0]?.dispatchEvent(new Event('error'));
    expect(spares.take().worker).not.toBe(made[0]);
  });

  it('report a refusal by the browser on request, and not before', () => {
    const spares = new Spares(() => {
      throw new DOMException('Script cannot be accessed from origin null.', 'SecurityError');
    });
    spares.prepare(1);
    expect(() => spares.take()).toThrow(
      expect.objectContaining({
        code: 'worker-refused',
        message: expect.stringContaining('lets this page start no worker'),
      }),
    );
  });

  it('no longer manage a worker that was taken', () => {
    const { made, spares } = fakes();
    spares.prepare(2);
    const { worker } = spares.take();
    made[0]?.dispatchEvent(new Event('error'));
    spares.dismiss();
    expect(worker).toBe(made[0]);
    expect(made.map(({ ended }) => ended)).toEqual([false, true]);
    expect(made).toContain(worker);
  });
});
