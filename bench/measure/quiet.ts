/** @file The share of the processor that other processes took during a measurement, read from /proc on Linux. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Units of /proc/stat in a second (USER_HZ). */
const TICKS = 100;

/** Seconds of work of all processors since boot: everything but idling and waiting. */
function busySeconds(): number {
  const fields = /^cpu +(.*)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1]?.split(' ').map(Number) ?? [];
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = fields;
  return (user + nice + system + irq + softirq + steal) / TICKS;
}

interface Spent {
  readonly parent: number;
  readonly seconds: number;
}

/** Parent and processor seconds of a process, ended children included; null if it has just ended. */
function spentBy(pid: number): Spent | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, user = 0, system = 0, children = 0, childrenSystem = 0] = [1, 11, 12, 13, 14].map(
      (i) => fields[i] ?? 0,
    );
    return { parent, seconds: (user + system + children + childrenSystem) / TICKS };
  } catch {
    return null;
  }
}

/** Processor seconds of this process and of all that descend from it. */
function ownSeconds(): number {
  const all = new Map<number, Spent>();
  for (const name of readdirSync('/proc')) {
    const spent = /^\d+$/.test(name) ? spentBy(Number(name)) : null;
    if (spent) all.set(Number(name), spent);
  }
  const isOwn = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === process.pid) return true;
    return false;
  };
  return [...all].reduce((sum, [pid, { seconds }]) => sum + (isOwn(pid) ? seconds : 0), 0);
}

export interface Usage {
  /** Share of all processors that other processes took, 0 to 1; null where the system does not say. */
  readonly others: number | null;
}

/** Begins to watch; the returned function ends it. */
export function watchOthers(): () => Usage {
  if (!existsSync('/proc/stat')) return () => ({ others: null });
  const [busy, own, start] = [busySeconds(), ownSeconds(), performance.now()];
  return () => {
    const available = ((performance.now() - start) / 1000) * cpus().length;
    const taken = busySeconds() - busy - (ownSeconds() - own);
    return { others: Math.min(1, Math.max(0, taken / available)) };
  };
}
