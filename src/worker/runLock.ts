/**
 * @file One tab per run: a tab holds the run's name while it shows the run, and other tabs that ask are refused. By the
 * Web Locks API (W3C) on secure pages, else by asking the other tabs over a BroadcastChannel (HTML standard,
 * "Broadcasting to other browsing contexts").
 */
import { within } from '../lib/within.ts';
import { z } from '../lib/zod.ts';

/** Milliseconds for other tabs to answer; a busy tab answers between two tasks, all of which are short. */
const PATIENCE = 250;

const messageSchema = z.strictObject({ kind: z.enum(['ask', 'held']), name: z.string() });

/** The used part of the browser's lock manager. */
export interface Locks {
  request(
    name: string,
    options: { readonly ifAvailable: true },
    callback: (lock: unknown) => unknown,
  ): Promise<unknown>;
}

/** Milliseconds for the browser to answer a lock request, normally at once. */
const LIMIT = 3_000;

export type Release = () => void;

async function holdLock(locks: Locks, name: string): Promise<Release | null> {
  const asked = new Promise<Release | null>((resolve, reject) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise<void>((release) => resolve(() => release()));
      })
      .catch(reject);
  });
  // A closing document gets no locks, nor does a frame without storage: neither will write anything. A browser that
  // does not answer must not keep the run from opening.
  return within(LIMIT, 'no lock', asked, (release) => release?.()).catch(() => () => {});
}

/**
 * Holds the name unless another tab answers that it does. Two tabs that ask in the same quarter of a second may both
 * get it.
 */
async function holdByAsking(name: string): Promise<Release | null> {
  const channel = new BroadcastChannel('rollout-runs');
  let holding = false;
  let taken = false;
  channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = messageSchema.safeParse(data).data;
    if (message?.name !== name) return;
    if (message.kind === 'held') taken = true;
    else if (holding) channel.postMessage({ kind: 'held', name });
  });
  channel.postMessage({ kind: 'ask', name });
  await new Promise((resume) => void setTimeout(resume, PATIENCE));
  if (taken) {
    channel.close();
    return null;
  }
  holding = true;
  return () => channel.close();
}

/** Holds a run for this tab; null if another tab of this browser holds it. */
export function holdRun(id: string, locks: Locks | null = navigator.locks ?? null): Promise<Release | null> {
  const name = `rollout-run-${id}`;
  return locks ? holdLock(locks, name) : holdByAsking(name);
}
