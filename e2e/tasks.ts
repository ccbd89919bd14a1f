/** @file The tasks of the page's main thread, read from a browser trace. */
import { z } from 'zod';

/** One task: its duration and its CPU time, in ms. */
export interface Task {
  readonly wall: number;
  readonly cpu: number;
}

const eventSchema = z.object({
  name: z.string(),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  /** Microseconds. */
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.object({ name: z.unknown() }).optional().catch(undefined),
});
const traceSchema = z.object({ traceEvents: z.array(z.unknown()) });

/** Every task of the renderer's main thread in a trace with the categories `toplevel` and `__metadata`. */
export function mainThreadTasks(trace: Buffer): Task[] {
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString('utf8')));
  const events = traceEvents.flatMap((event) => eventSchema.safeParse(event).data ?? []);
  const named = events.filter(
    ({ ph, name, args }) => ph === 'M' && name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  const main = new Set(named.map(({ pid, tid }) => `${pid}/${tid}`));
  return events
    .filter(
      ({ ph, name, pid, tid }) => ph === 'X' && name === 'ThreadControllerImpl::RunTask' && main.has(`${pid}/${tid}`),
    )
    .map(({ dur = 0, tdur = Number.NaN }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
}
