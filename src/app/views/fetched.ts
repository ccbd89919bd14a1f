/** @file Files that the page itself ships, fetched when a view needs them and checked like anything from outside. */
import { useEffect, useState } from 'react';
import { within } from '../../lib/within.ts';
import type { z } from '../../lib/zod.ts';

export type Fetched<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'failed'; readonly reason: string };

/** Milliseconds for each half of the way. */
const LIMIT = 30_000;

/** The file, or an error that says what is wrong with it. */
export async function fetchChecked<T>(path: string, schema: z.ZodType<T>, signal?: AbortSignal): Promise<T> {
  const response = await within(
    LIMIT,
    `${path}: no answer came`,
    fetch(new URL(path, document.baseURI), signal ? { signal } : {}),
  );
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const checked = schema.safeParse(await within(LIMIT, `${path}: it did not come whole`, response.json()));
  if (!checked.success)
    throw new Error(
      `${path}: ${checked.error.issues[0]?.path.join('.') ?? ''} ${checked.error.issues[0]?.message ?? ''}`,
    );
  return checked.data;
}

/** The file, and a function that asks for it again. */
export function useFetched<T>(path: string, schema: z.ZodType<T>): readonly [Fetched<T>, () => void] {
  const [tries, setTries] = useState(0);
  const [fetched, setFetched] = useState<Fetched<T>>({ state: 'loading' });
  useEffect(() => {
    const stop = new AbortController();
    fetchChecked(path, schema, stop.signal).then(
      (value) => setFetched({ state: 'there', value }),
      (cause: unknown) => {
        if (!stop.signal.aborted)
          setFetched({ state: 'failed', reason: cause instanceof Error ? cause.message : String(cause) });
      },
    );
    return () => stop.abort();
  }, [path, schema, tries]);
  return [
    fetched,
    () => {
      setFetched({ state: 'loading' });
      setTries(tries + 1);
    },
  ];
}
