/** @file Which of the page's files are kept for offline use, and when. */

/** What the build says of itself. All paths are relative to the folder of the page. */
export interface Build {
  /** Changes with every file of the build. */
  readonly version: string;
  /** Kept at once. */
  readonly atOnce: readonly string[];
  /** Names with a hash that are kept once they were used: the runtime, whose builds no one visitor needs all of. */
  readonly onceUsed: readonly string[];
  /** SHA-256 in base64 of every file with a hash in its name. */
  readonly sha256: Readonly<Record<string, string>>;
  /**
   * The scripts and styles that the page of this build names. A page without one of them is of another build, or no
   * page of ours.
   */
  readonly named: readonly string[];
}

/**
 * How a file is answered: from what was kept; from there if it was used before; asked for again, and kept in case the
 * network is gone; not at all.
 */
export type Plan = 'kept' | 'once used' | 'asked again' | 'pass';

/** Files without a hash in their names, of which there may be a newer one. */
const renewed = /^(?:policies|claims)\/[\w./-]+\.(?:safetensors|json)$/;

/**
 * The path inside the page's folder; the page itself is the empty path. Null for what lies elsewhere, another origin
 * included.
 */
export function pathOf(url: string, scope: string): string | null {
  const { origin, pathname } = new URL(url);
  const home = new URL(scope);
  if (origin !== home.origin || !pathname.startsWith(home.pathname)) return null;
  const path = pathname.slice(home.pathname.length);
  return path === 'index.html' ? '' : path;
}

export function planFor(path: string | null, { atOnce, onceUsed }: Build): Plan {
  if (path === null) return 'pass';
  if (atOnce.includes(path)) return 'kept';
  if (onceUsed.includes(path)) return 'once used';
  return renewed.test(path) ? 'asked again' : 'pass';
}

/** A build of the runtime: the plain one, or one of the two for WebGPU. */
export type RuntimeBuild = 'wasm' | 'jspi' | 'asyncify';

const partsOf: Readonly<Record<RuntimeBuild, RegExp>> = {
  wasm: /^ort-wasm-simd-threaded-/,
  jspi: /jspi/,
  asyncify: /asyncify|^ort\.webgpu/,
};

/**
 * The files that a run on this build has used, of which a page that was opened before there was anybody to keep them
 * tells afterwards.
 */
export const usedFiles = (build: RuntimeBuild, policy: string, { onceUsed }: Build): readonly string[] => [
  ...onceUsed.filter((path) => partsOf[build].test(path.slice(path.lastIndexOf('/') + 1))),
  `policies/${policy}.safetensors`,
];

/**
 * What a page says to the service worker: what it has used and would like kept, or that a person asked for the new
 * version.
 */
export type OfflineMessage =
  | { readonly type: 'used'; readonly build: RuntimeBuild; readonly policy: string }
  | { readonly type: 'take-over' };
