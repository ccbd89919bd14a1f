/** @file A runtime whose sessions and copies are timed, and traced by ONNX Runtime's profiler on request. */
import fs, { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onnx } from '../../../src/engine/onnx/generated/onnx.js';
import { OrtRuntime } from '../../../src/engine/runtime/core.ts';
import type { CompiledSession, Device } from '../../../src/engine/runtime/device.ts';
import { createNodeRuntime } from '../../../src/engine/runtime/node.ts';
import type { Runtime, RuntimeOptions } from '../../../src/engine/runtime/index.ts';
import { createWasmRuntime } from '../../../src/engine/runtime/wasm.ts';
import { processorMilliseconds } from '../clock.ts';
import { parseTrace, type TracedRun } from './trace.ts';

export type ProfiledBackend = 'node' | 'wasm';

/** On a CPU the session is ONNX Runtime's own. */
type Session = CompiledSession['session'] & { endProfiling(): void };

/** A run of a session: milliseconds of `run` on the wall and of the processor, and the tokens fed to it. */
export interface WatchedRun {
  readonly wall: number;
  readonly processor: number;
  readonly positions: number;
}

/** A session with each of its runs. */
export interface WatchedSession {
  readonly name: string;
  readonly nodes: number;
  readonly bytes: number;
  /** In order. */
  readonly runs: WatchedRun[];
  /** Whether the right operand of a node, by the node's name, is known when the graph is compiled. */
  isConstant(node: string): boolean;
}

export interface WatchedRuntime {
  readonly runtime: Runtime;
  readonly sessions: readonly WatchedSession[];
  /** Milliseconds so far of copies between our arrays and tensors, outside the runs. */
  readonly copying: () => number;
  /** Ends profiling; the traced runs of each session, in the order of `sessions`. */
  traces(): TracedRun[][];
}

type Model = onnx.IGraphProto;

/** The model's values that follow from its constants alone. */
function constantsOf({ initializer, node }: Model): ReadonlySet<string> {
  const known = new Set(initializer?.map(({ name }) => name ?? ''));
  for (const { input = [], output = [] } of node ?? [])
    if (input?.length && input.every((name) => name === '' || known.has(name)))
      output?.forEach((name) => known.add(name));
  return known;
}

/** The output that names a node of ours, or a node that the runtime fused from it. */
const outputName = (node: string): string => node.split(':', 1)[0] as string;

function watched(model: Uint8Array): WatchedSession {
  const graph = onnx.ModelProto.decode(model).graph as Model;
  const known = constantsOf(graph);
  const right = new Map(graph.node?.map(({ output, input }) => [output?.[0], input?.[1]]));
  return {
    name: graph.name ?? '',
    nodes: graph.node?.length ?? 0,
    bytes: model.length,
    runs: [],
    isConstant: (node) => known.has(right.get(outputName(node)) ?? ''),
  };
}

const plainOptions = { graphOptimizationLevel: 'disabled' } as const;

/**
 * A runtime with one thread. `traced` profiles every kernel, which slows each of them by some microseconds; `plain`
 * leaves the graph as it is.
 */
export async function watchedRuntime(
  backend: ProfiledBackend,
  { traced = false, plain = false }: { traced?: boolean; plain?: boolean } = {},
): Promise<WatchedRuntime> {
  const folder = traced ? mkdtempSync(join(tmpdir(), 'rollout-profile-')) : '';
  const session: RuntimeOptions['session'] = {
    ...(plain ? plainOptions : {}),
    ...(traced ? { enableProfiling: true, profileFilePrefix: join(folder, 'trace') } : {}),
  };
  const { device } = (await (backend === 'node' ? createNodeRuntime : createWasmRuntime)({ session })) as OrtRuntime;
  const watch = new Watch(device);
  return {
    runtime: new OrtRuntime(watch.device),
    sessions: watch.sessions,
    copying: () => watch.copying,
    traces() {
      try {
        return watch.open.map((open) => parseTrace(backend === 'node' ? fileTrace(open, folder) : printedTrace(open)));
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

/** onnxruntime-node writes a file. */
function fileTrace(session: Session, folder: string): string {
  session.endProfiling();
  // The name ends with the session's time of creation; a trace that was read is removed.
  const [path] = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((file) => readFileSync(file).length > 0);
  const text = readFileSync(path as string, 'utf8');
  rmSync(path as string);
  return text;
}

/** onnxruntime-web prints the trace to file descriptor 1. */
function printedTrace(session: Session): string {
  const printed: string[] = [];
  const { writeSync } = fs;
  fs.writeSync = ((_descriptor: number, text: string) => printed.push(text)) as typeof writeSync;
  try {
    session.endProfiling();
  } finally {
    fs.writeSync = writeSync;
  }
  return printed.join('');
}

class Watch {
  readonly sessions: WatchedSession[] = [];
  readonly open: Session[] = [];
  readonly device: Device;
  copying = 0;

  constructor(device: Device) {
    const timed =
      <A extends unknown[], R>(copy: (...args: A) => R): ((...args: A) => R) =>
      (...args) => {
        const begun = performance.now();
        try {
          return copy(...args);
        } finally {
          this.copying += performance.now() - begun;
        }
      };
    this.device = Object.assign(Object.create(device) as Device, {
      createSession: async (model: Uint8Array) => {
        const { session } = (await device.createSession(model)) as { session: Session };
        return { session: this.watch(session, watched(model)) };
      },
      allocate: timed(device.allocate.bind(device)),
      upload: timed(device.upload.bind(device)),
      write: timed(device.write.bind(device)),
      // The CPU copies before its promise is returned.
      read: timed(device.read.bind(device)),
    });
  }

  private watch(session: Session, seen: WatchedSession): Session {
    this.sessions.push(seen);
    this.open.push(session);
    const run = async (...args: Parameters<Session['run']>) => {
      const [begun, used] = [performance.now(), processorMilliseconds()];
      const results = await session.run(...args);
      const fed = args[0].tokenIds ?? args[0].tokenId;
      const wall = performance.now() - begun;
      seen.runs.push({ wall, processor: processorMilliseconds() - used, positions: fed?.size ?? 0 });
      return results;
    };
    return new Proxy(session, {
      get: (target, name) => {
        if (name === 'run') return run;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }
}
