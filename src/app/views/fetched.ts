/** @file Files of the page itself, fetched when a view needs them and validated like any outside input. */
import { useEffect, useState } from 'react';
import { within } from '../../lib/within.ts';
import type { z } from '../../lib/zod.ts';

export type Fetched<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'there'; readonly value: T }
  | { readonly state: 'failed'; readonly reason: string };

/** Milliseconds for the response, and again for the body. */
const LIMIT = 30_000;

/** The validated file. Throws an Error that names the file and the fault. */
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

/** The file, and a function that fetches it again. */
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
