/** @file Where JavaScript spends its time, by file, from samples of V8's profiler. */
import { type Profiler, Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';

/** Microseconds between samples. */
const INTERVAL = 200;

const root = new URL('../../../', import.meta.url).href;

/** One file, or the garbage collector, with its own time per step: time in called files counts there. */
export interface ScriptTime {
  readonly name: string;
  readonly milliseconds: number;
}

/** The file of a frame, within this project or a package; null for native code, WebAssembly and idle time. */
function fileOf({ functionName, url }: Profiler.Profile['nodes'][number]['callFrame']): string | null {
  if (functionName === '(garbage collector)') return 'garbage collector';
  if (url.startsWith(root)) return packageOf(decodeURI(url.slice(root.length)));
  return url.startsWith('file:') ? packageOf(fileURLToPath(url)) : url.startsWith('node:') ? 'node' : null;
}

/** The package of a path in node_modules, or the path itself. */
const packageOf = (path: string): string => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1] ?? path;

/** Times by file in a profile that spans `steps` steps, the longest first. */
export function scriptTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, steps: number): ScriptTime[] {
  const files = new Map(nodes.map(({ id, callFrame }) => [id, fileOf(callFrame)]));
  const times = new Map<string, number>();
  samples.forEach((id, i) => {
    const file = files.get(id);
    if (file) times.set(file, (times.get(file) ?? 0) + (timeDeltas[i] ?? 0) / 1000 / steps);
  });
  return [...times]
    .map(([name, milliseconds]) => ({ name, milliseconds }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

/** Samples this thread while `step` runs `steps` times. */
export async function sampledScript(step: () => Promise<unknown>, steps: number): Promise<ScriptTime[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
    await session.post('Profiler.start');
    for (let i = 0; i < steps; i++) await step();
    return scriptTimes((await session.post('Profiler.stop')).profile, steps);
  } finally {
    session.disconnect();
  }
}
