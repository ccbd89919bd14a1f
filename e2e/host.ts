/**
 * @file A host in front of our own server: counts its answers, and can answer a path with something else, like a
 * misconfigured host.
 */
import { fileURLToPath } from 'node:url';
import { startCountingProxy } from '../scripts/countingProxy.mjs';
import { serve } from '../scripts/serve.mjs';

export const builtPage = process.env['ROLLOUT_ROOT'] ?? fileURLToPath(new URL('../dist', import.meta.url));

export interface Host {
  readonly url: string;
  /** Number of requests for each path, and the bytes of all answers without their headers. */
  readonly asked: ReadonlyMap<string, { times: number; bytes: number }>;
  /** Paths that are answered with the page, like the answer of a host with single-page fallback for a missing file. */
  readonly lacking: Set<string>;
  /** Additional headers of those answers. */
  readonly lackingHeaders: Record<string, string>;
  close(): Promise<void>;
}

/** Serves a build; `lacking` and `lackingHeaders` may change at any time. */
export async function startHost(root: string = builtPage): Promise<Host> {
  const behind = await serve({ root, port: 0 });
  const lacking = new Set<string>();
  const lackingHeaders: Record<string, string> = {};
  const proxy = await startCountingProxy(behind.port, {
    detour: (path) => (lacking.has(path) ? { path: '/', headers: lackingHeaders } : null),
  });
  return {
    url: proxy.url,
    asked: proxy.asked,
    lacking,
    lackingHeaders,
    async close() {
      await Promise.all([proxy.close(), behind.close()]);
    },
  };
}
