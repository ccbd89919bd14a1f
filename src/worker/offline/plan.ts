/** @file Decides which of the page's files are kept for offline use, and when. */
import { isKeptModel } from '../keptModels.ts';

/** Description of a build. All paths are relative to the page's folder. */
export interface Build {
  /** Changes with every file of the build. */
  readonly version: string;
  /** Kept at once. */
  readonly atOnce: readonly string[];
  /**
   * Files with a hash in their names that are kept after their first use: the builds of the runtime, of which no
   * visitor needs all.
   */
  readonly onceUsed: readonly string[];
  /** SHA-256 in base64 of every file with a hash in its name. */
  readonly sha256: Readonly<Record<string, string>>;
  /**
   * The scripts and styles that this build's page names. A page without one of them belongs to another build or is not
   * ours.
   */
  readonly named: readonly string[];
}

/**
 * How a file is answered: from the kept copy; from there if it was used before; from the network, with a copy kept for
 * offline use; not at all.
 */
export type Plan = 'kept' | 'once used' | 'asked again' | 'pass';

/** Files without a hash in their names, which may have a newer version. */
const renewed = /^(?:policies|claims)\/[\w./-]+\.(?:safetensors|json)$/;

/**
 * The path inside the page's folder; the page itself is the empty path. Null for addresses outside, including other
 * origins.
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

/** Files that a run on this build used; reported to the service worker if it was installed after the page loaded. */
export const usedFiles = (build: RuntimeBuild, policy: string, { onceUsed }: Build): readonly string[] => [
  ...onceUsed.filter((path) => partsOf[build].test(path.slice(path.lastIndexOf('/') + 1))),
  ...(isKeptModel(policy) ? [] : [`policies/${policy}.safetensors`]),
];

/** Messages from a page to the service worker: files it used and wants kept, or a request for the new version. */
export type OfflineMessage =
  | { readonly type: 'used'; readonly build: RuntimeBuild; readonly policy: string }
  | { readonly type: 'take-over' };
