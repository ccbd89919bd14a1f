/** @file Parses ONNX Runtime's log for the nodes of a graph without a GPU kernel and the copies they cost. */

import type { Placement } from './runtime.ts';

const MISSING_KERNEL = /kernel not found in registries for Op type: (\S+) node name: ?(\S*)/g;
const PREFERS_CPU = /Force fallback to CPU execution for node: (\S+)/g;
const MEMCPY = /Add Memcpy(?:FromHost|ToHost)/g;

/** The placement in the lines that a session printed at log severity 1 while it was created. */
export function parsePlacement(lines: readonly string[]): Placement {
  const text = lines.join('\n');
  const cpuNodes = new Set<string>();
  for (const [, type, name] of text.matchAll(MISSING_KERNEL)) cpuNodes.add(name ? `${type} ${name}` : `${type}`);
  for (const [, name] of text.matchAll(PREFERS_CPU)) cpuNodes.add(`${name}`);
  return { cpuNodes: [...cpuNodes], memcpyNodes: [...text.matchAll(MEMCPY)].length };
}

const METHODS = ['log', 'warn', 'error'] as const;
const DETAIL = /\[[VI]:onnxruntime/;

let sink: string[] | undefined;

/**
 * Writes to the sink if there is one, else to the console, without the details that audited sessions log on every run.
 */
const RELAYS = METHODS.map((method) => {
  const original = console[method];
  const relay = (...values: unknown[]) => {
    if (sink !== undefined) sink.push(values.map(String).join(' '));
    else if (!DETAIL.test(String(values[0]))) original.apply(console, values);
  };
  return { method, original, relay };
});

/**
 * Runs `task` with the console's methods replaced by relays. The WebAssembly module stores the console methods when it
 * is instantiated, inside the first session's creation, so every creation must go through here for a later one to be
 * captured.
 */
export async function underRelays<T>(task: () => Promise<T>): Promise<T> {
  for (const { method, relay } of RELAYS) console[method] = relay;
  try {
    return await task();
  } finally {
    for (const { method, original } of RELAYS) console[method] = original;
  }
}

/**
 * Captures the lines printed while `task` runs; ONNX Runtime Web gives no other access to its log. If the task fails,
 * the lines are printed after all.
 */
export async function captureLog<T>(task: () => Promise<T>): Promise<{ result: T; lines: readonly string[] }> {
  const lines: string[] = [];
  sink = lines;
  try {
    return { result: await underRelays(task), lines };
  } catch (error) {
    for (const line of lines) RELAYS.find(({ method }) => method === 'warn')?.original.call(console, line);
    throw error;
  } finally {
    sink = undefined;
  }
}
