/** @file A policy file over the network, with progress and with errors that a person can act on. */
import type { Progress } from '../rl/run.ts';

/** Why a policy file could not be had; `code` is stable. */
export class PolicyLoadError extends Error {
  override readonly name = 'PolicyLoadError';
  constructor(
    readonly code: 'policy-missing' | 'policy-unavailable' | 'policy-truncated',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Bytes to come, where the server tells; of a compressed answer it tells only the compressed size. */
function announcedLength(headers: Headers): number | null {
  const length = Number(headers.get('content-length') ?? '');
  return headers.get('content-encoding') === null && Number.isInteger(length) && length > 0 ? length : null;
}

async function answerOf(url: URL, fetcher: typeof fetch): Promise<Response> {
  let response: Response;
  try {
    response = await fetcher(url);
  } catch (cause) {
    throw new PolicyLoadError('policy-unavailable', `${url.pathname} could not be fetched; is the network there?`, { cause });
  }
  // Hosts of single pages answer with the page itself for a file that is not there.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (response.status === 404 || (response.ok && isPage)) throw new PolicyLoadError('policy-missing', `there is no policy file ${url.pathname}`);
  if (!response.ok) throw new PolicyLoadError('policy-unavailable', `${url.pathname} could not be fetched: the server answered ${response.status} ${response.statusText}`.trim());
  return response;
}

/** All chunks of a body, as they come. */
async function readBody(response: Response, url: URL, total: number | null, progress: Progress): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let loaded = 0;
  progress(0, total);
  const cut = (cause?: unknown) =>
    new PolicyLoadError('policy-truncated', `${url.pathname} broke off after ${loaded} bytes${total === null ? '' : ` of ${total}`}; load the page again`, { cause });
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      chunks.push(part.value);
      loaded += part.value.length;
      progress(loaded, total);
    }
  } catch (cause) {
    throw cut(cause);
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

/** The file `policies/<id>.safetensors` beside the page. Throws PolicyLoadError; what is in the file is checked by whoever reads it. */
export async function loadPolicy(id: string, baseUrl: string, progress: Progress, fetcher: typeof fetch = fetch): Promise<Uint8Array> {
  const url = new URL(`policies/${id}.safetensors`, baseUrl);
  const response = await answerOf(url, fetcher);
  return readBody(response, url, announcedLength(response.headers), progress);
}
