import { describe, expect, it } from 'vitest';
import { holdRun, type Locks } from './runLock.ts';

/** The Web Locks API as far as it is used: one holder per name. */
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

describe.each([['with locks', fakeLocks()], ['without', null]] as const)('a run, %s', (name, locks) => {
  it('belongs to one tab until that gives it back', async () => {
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
