/** @file The trainer at the other end of a port, with its events; its death is one of them. */
import { within } from '../lib/within.ts';
import { z } from '../lib/zod.ts';
import { keptAdapter } from '../rl/run/failure.ts';
import type { Listen, Trainer, TrainerEvent } from '../rl/run/trainer.ts';
import type { TrainerHost } from './host.ts';
import { renewLoaded } from './offline/renew.ts';
import type { Port } from './port.ts';
import { proxyOf } from './proxy.ts';

export interface RemoteTrainer {
  readonly trainer: Trainer;
  readonly listen: Listen;
  /** Ends the worker at once, whatever it is doing; pending calls reject with 'worker-died'. */
  terminate(): void;
  /**
   * Reloads, past every cache, the files that page and worker have loaded. Resolves after `RENEWAL` at the latest, and
   * never rejects.
   */
  renew(): Promise<void>;
}

/**
 * Milliseconds that a question may take, since the running step or evaluation is finished first: for a policy of up to
 * `LIMIT_PARAMETERS`, and for a larger one in proportion.
 */
const QUESTION_LIMIT = 120_000;
const LIMIT_PARAMETERS = 5e6;
/** Calls that only read. Training and opening have no limit; their events show progress. */
const questions: ReadonlySet<unknown> = new Set<keyof Trainer>([
  'ask',
  'distributions',
  'river',
  'snapshot',
  'rollouts',
  'readRollouts',
  'adapter',
  'statistics',
]);

/** The trainer, whose questions reject with an OverdueError if no answer comes. */
function withLimits(host: Trainer): Trainer {
  let limit = QUESTION_LIMIT;
  const open: Trainer['open'] = async (...args) => {
    const info = await host.open(...args);
    limit = QUESTION_LIMIT * Math.max(1, info.policy.parameters / LIMIT_PARAMETERS);
    return info;
  };
  return new Proxy(host, {
    get(target, name) {
      if (name === 'open') return open;
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || !questions.has(name)) return method;
      return (...args: unknown[]) =>
        within(limit, 'the training worker gave no answer', Reflect.apply(method, target, args));
    },
  });
}
/** Milliseconds that reopening waits for the reload: a hung worker never answers. */
const RENEWAL = 15_000;

/** The port has checked the envelope; the event types are defined by the trainer. */
const eventSchema = z.custom<TrainerEvent>(
  (value) => z.looseObject({ type: z.string() }).safeParse(value).success,
  'an event without a type',
);

/** The trainer served at the other end of `port`, for a page at `baseUrl`. */
export function remoteTrainer(port: Port, baseUrl: string): RemoteTrainer {
  const listeners = new Set<(event: TrainerEvent) => void>();
  let checkpointed: number | null = null;
  let ended = false;
  const emit = (event: TrainerEvent) => {
    if (event.type === 'checkpoint') checkpointed = event.snapshot.step;
    for (const listener of listeners) listener(event);
  };
  const host = proxyOf<TrainerHost>(port, (event) => emit(eventSchema.parse(event)));
  // A failure means that the port is gone, which is reported below.
  host.settle({ baseUrl }).catch(() => {});
  void port.gone.then((why) => {
    if (ended) return;
    emit({
      type: 'error',
      error: {
        code: 'worker-died',
        message: why,
        kept: keptAdapter(checkpointed),
        remedy: 'Open the run again; settings and charts are kept.',
      },
    });
    emit({ type: 'status', status: 'failed' });
    port.close();
  });
  return {
    trainer: withLimits(host),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    terminate() {
      ended = true;
      port.close();
    },
    async renew() {
      const all = Promise.allSettled([renewLoaded(baseUrl), host.renew()]);
      await Promise.race([all, new Promise((resolve) => void setTimeout(resolve, RENEWAL))]);
    },
  };
}
