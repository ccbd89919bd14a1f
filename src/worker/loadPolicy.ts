/** @file Loads a policy file over the network, with progress and actionable errors. */
import { OverdueError, within } from '../lib/within.ts';
import type { Progress } from '../rl/run/run.ts';

/** Why a policy file could not be loaded; `code` is stable. */
export class PolicyLoadError extends Error {
  override readonly name = 'PolicyLoadError';
  constructor(
    readonly code: 'policy-missing' | 'policy-unavailable' | 'policy-truncated' | 'policy-stalled',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Milliseconds without an answer, or without another byte, after which the load fails; a slow network sends a few bytes
 * in that time.
 */
const SILENCE = 30_000;

const stalled = (url: URL, cause: OverdueError, came = '') =>
  new PolicyLoadError('policy-stalled', `${url.pathname}: ${cause.message}${came}; the network stands still`, {
    cause,
  });

/** Size of the body, if the server announces it; of a compressed answer only the compressed size is known. */
function announcedLength(headers: Headers): number | null {
  const length = Number(headers.get('content-length') ?? '');
  return headers.get('content-encoding') === null && Number.isInteger(length) && length > 0 ? length : null;
}

async function answerOf(url: URL, fetcher: typeof fetch, silence: number): Promise<Response> {
  const stop = new AbortController();
  let response: Response;
  try {
    response = await within(silence, 'no answer came', fetcher(url, { signal: stop.signal }));
  } catch (cause) {
    stop.abort();
    if (cause instanceof OverdueError) throw stalled(url, cause);
    throw new PolicyLoadError('policy-unavailable', `${url.pathname} could not be fetched; is the network there?`, {
      cause,
    });
  }
  // A host with single-page fallback answers with the page itself for a missing file.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (response.status === 404 || (response.ok && isPage))
    throw new PolicyLoadError('policy-missing', `there is no policy file ${url.pathname}`);
  if (!response.ok)
    throw new PolicyLoadError(
      'policy-unavailable',
      `${url.pathname} could not be fetched: the server answered ${response.status} ${response.statusText}`.trim(),
    );
  return response;
}

/** All chunks of a body, reporting progress as they come. */
async function readBody(
  response: Response,
  url: URL,
  total: number | null,
  progress: Progress,
  silence: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  progress(0, total);
  const came = () => ` after ${loaded} bytes${total === null ? '' : ` of ${total}`}`;
  const cut = (cause?: unknown) =>
    new PolicyLoadError('policy-truncated', `${url.pathname} broke off${came()}; load the page again`, { cause });
  const reader = response.body?.getReader();
  const next = () => reader && within(silence, 'nothing more came', reader.read());
  try {
    for (let part = await next(); part && !part.done; part = await next()) {
      chunks.push(part.value);
      loaded += part.value.length;
      progress(loaded, total);
    }
  } catch (cause) {
    if (!(cause instanceof OverdueError)) throw cut(cause);
    void reader?.cancel();
    throw stalled(url, cause, came());
  }
  if (total !== null && loaded !== total) throw cut();
  const file = new Uint8Array(loaded);
  let offset = 0;
  for (const chunk of chunks) {
    file.set(chunk, offset);
    offset += chunk.length;
  }
  return file;
}

/**
 * The file `policies/<id>.safetensors` beside the page. Throws PolicyLoadError; its content is validated by the reader.
 */
export async function loadPolicy(
  id: string,
  baseUrl: string,
  progress: Progress,
  fetcher: typeof fetch = fetch,
  silence = SILENCE,
): Promise<Uint8Array> {
  const url = new URL(`policies/${id}.safetensors`, baseUrl);
  const response = await answerOf(url, fetcher, silence);
  return readBody(response, url, announcedLength(response.headers), progress, silence);
}
