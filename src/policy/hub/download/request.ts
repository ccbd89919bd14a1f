/** @file Requests over a connection that may break off or stand still, repeated with growing pauses. */
import { OverdueError, within } from '../../../lib/within.ts';
import { HubError, type HubTrouble } from './hubError.ts';

/** How servers are asked; tests replace origin and times. */
export interface Connection {
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without an answer, or without another byte, after which a request fails. */
  readonly silence: number;
  /** Milliseconds before the first repetition; each further one waits twice as long. */
  readonly pause: number;
  /** Requests in a row that may bring no byte. */
  readonly tries: number;
  /** Called with the bytes of each part that comes. */
  readonly received?: ((bytes: number) => void) | undefined;
}

export const connection: Omit<Connection, 'fetch'> = { silence: 30_000, pause: 500, tries: 6 };

/** Failures that another request may mend. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(
    readonly code: HubTrouble,
    message: string,
    /** Milliseconds that the server asks to wait. */
    readonly wait = 0,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The sentence of a status, for the whole model: the hub also answers 401 for an id that does not exist. */
const refusals: Readonly<Record<number, readonly [HubTrouble, string]>> = {
  401: ['gated', 'it does not exist, is private, or is gated: its owner lets in only those who accepted its terms'],
  403: ['gated', 'it is gated: accept its terms on its page, download it there and open the folder'],
  404: ['missing', 'there is no such model, revision or file'],
};

/** Longest pause that a server's `Retry-After` can ask for, in seconds. */
const LONGEST_WAIT = 60;

function refusalOf(what: string, { status, statusText, headers }: Response): HubError | Interrupted {
  const [code, sentence] = refusals[status] ?? [];
  if (code && sentence) return new HubError(code, `${what}: ${sentence} (status ${status})`);
  const message = `${what}: the server answered ${status} ${statusText}`.trim();
  const asked = Number(headers.get('retry-after') ?? 0);
  const wait = 1000 * Math.min(LONGEST_WAIT, Number.isFinite(asked) ? Math.max(0, asked) : 0);
  if (status === 429) return new Interrupted('busy', `${message}: too many requests, try again in a few minutes`, wait);
  return status >= 500 ? new Interrupted('refused', message, wait) : new HubError('refused', message);
}

const stopped = (what: string) => new HubError('stopped', `${what}: stopped`);

/** `work` within the silence; a failure of the network becomes an interruption. */
async function answered<T>(
  what: string,
  { silence, signal }: Connection,
  work: Promise<T>,
  missing: string,
): Promise<T> {
  try {
    return await within(silence, missing, work);
  } catch (cause) {
    if (signal?.aborted) throw stopped(what);
    if (cause instanceof OverdueError) throw new Interrupted('silent', `${what}: ${cause.message}`, 0, { cause });
    throw new Interrupted('unreachable', `${what}: the connection broke off`, 0, { cause });
  }
}

/** Resolves after the pause; HubError 'stopped' if the visitor stops meanwhile. */
function paused(what: string, milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(stopped(what));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Repeats `attempt` after interruptions. `progress` counts the bytes that came; more of them renew the tries. */
export async function persistently<T>(
  what: string,
  connection: Connection,
  attempt: () => Promise<T>,
  progress: () => number = () => 0,
): Promise<T> {
  let [tries, seen] = [0, progress()];
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      if (!(cause instanceof Interrupted)) throw cause;
      tries = progress() > seen ? 1 : tries + 1;
      seen = progress();
      if (tries >= connection.tries)
        throw new HubError(cause.code, `${cause.message}; ${tries} requests failed`, { cause });
      await paused(what, Math.max(cause.wait, connection.pause * 2 ** (tries - 1)), connection.signal);
    }
  }
}

/** An answer with one of these statuses; `abort` ends its body. */
export async function ask(
  what: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  connection: Connection,
): Promise<{ response: Response; abort: () => void }> {
  if (connection.signal?.aborted) throw stopped(what);
  const inner = new AbortController();
  const abort = () => {
    connection.signal?.removeEventListener('abort', abort);
    inner.abort();
  };
  connection.signal?.addEventListener('abort', abort, { once: true });
  try {
    const response = await answered(
      what,
      connection,
      // The page's address stays here: the hub learns only which model is asked for.
      connection.fetch(url, { headers, signal: inner.signal, credentials: 'omit', referrerPolicy: 'no-referrer' }),
      'no answer came',
    );
    if (!response.ok) throw refusalOf(what, response);
    return { response, abort };
  } catch (cause) {
    abort();
    throw cause;
  }
}

/** Calls `take` with each part of a body until it returns false. */
export async function readParts(
  what: string,
  { body }: Response,
  connection: Connection,
  take: (part: Uint8Array) => boolean,
): Promise<void> {
  const reader = body?.getReader();
  for (;;) {
    const part = reader && (await answered(what, connection, reader.read(), 'nothing more came'));
    if (!part || part.done) return;
    connection.received?.(part.value.length);
    if (!take(part.value)) return;
  }
}
