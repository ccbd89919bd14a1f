import { afterEach, expect, it, vi } from 'vitest';
import { z } from '../../lib/zod.ts';
import { fetchChecked } from './fetched.ts';

vi.mock('react', () => ({}));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it.each([
  ['no answer', () => new Promise(() => {}), 'claims/a.json: no answer came within 30 s'],
  [
    'half an answer',
    async () => ({ ok: true, json: () => new Promise(() => {}) }),
    'claims/a.json: it did not come whole within 30 s',
  ],
])('%s is an error after half a minute, which the view shows with a retry', async (_, answer, message) => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { baseURI: 'https://example.org/' });
  vi.stubGlobal('fetch', answer);
  const failure = fetchChecked('claims/a.json', z.object({})).catch((cause: unknown) => cause);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await failure).toMatchObject({ name: 'OverdueError', message });
});
