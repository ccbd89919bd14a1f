import { afterEach, describe, expect, it, vi } from 'vitest';
import { holdRun, type Locks } from './runLock.ts';

/** The Web Locks API as far as used here: one holder per name. */
function fakeLocks(): Locks {
  const held = new Set<string>();
  return {
    async request(name, _options, callback) {
      if (held.has(name)) return callback(null);
      held.add(name);
      await callback({ name });
      held.delete(name);
    },
  };
}

describe.each([
  ['with locks', fakeLocks()],
  ['without', null],
] as const)('a run, %s', (name, locks) => {
  it('belongs to one tab until that tab releases it', async () => {
    const run = `${name.replaceAll(' ', '-')}`;
    const release = await holdRun(run, locks);
    expect(release).not.toBeNull();
    expect(await holdRun(run, locks)).toBeNull();
    const other = await holdRun(`${run}-2`, locks);
    expect(other).not.toBeNull();
    release?.();
    await Promise.resolve();
    const again = await holdRun(run, locks);
    expect(again).not.toBeNull();
    again?.();
    other?.();
  });
});

describe('locks', () => {
  afterEach(() => void vi.useRealTimers());

  it('that never answer let the run open after three seconds; one granted later is released', async () => {
    vi.useFakeTimers();
    let isHeld = false;
    const late: Locks = {
      async request(name, _options, callback) {
        await new Promise((resume) => void setTimeout(resume, 5_000));
        isHeld = true;
        await callback({ name });
        isHeld = false;
      },
    };
    const asked = holdRun('late', late);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await asked).not.toBeNull();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(isHeld).toBe(false);
  });

  it('that are refused do not keep a run from opening', async () => {
    const release = await holdRun('refused', { request: () => Promise.reject(new DOMException('', 'SecurityError')) });
    expect(release).not.toBeNull();
  });
});
