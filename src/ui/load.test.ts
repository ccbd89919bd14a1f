import { expect, test } from 'vitest';
import { loadCode, NotLoadedError } from './load.ts';

test("code that does not load gives an error with the part's name and the cause, and the next call loads it again", async () => {
  const cause = new TypeError('Failed to fetch dynamically imported module');
  const answers = [() => Promise.reject(cause), () => Promise.resolve('there')];
  const load = () => answers.shift()?.() ?? Promise.reject(new Error('asked too often'));
  const failure = await loadCode('picture', load).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NotLoadedError);
  expect(failure).toMatchObject({
    message: 'The code that saves pictures did not load; check the connection, then try again',
    cause,
  });
  expect(await loadCode('picture', load)).toBe('there');
});
