/** @file The trainer at the other end of a port, with its events, and with its death told as one of them. */
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
  /** Ends the worker at once, whatever it is doing; calls that wait reject with 'worker-died'. */
  terminate(): void;
  /**
   * Reloads, past every cache, the files that page and worker have loaded. Resolves after `RENEWAL` at the latest, and
   * never rejects.
   */
  renew(): Promise<void>;
}

/** Milliseconds that a question may take; the step or the evaluation that is at work comes first. */
const QUESTION_LIMIT = 120_000;
/**
 * Calls that read something out for a person. What trains or opens takes as long as it takes, and its events tell that
 * it goes on.
 */
const questions: ReadonlySet<unknown> = new Set<keyof Trainer>([
  'ask',
  'distributions',
  'snapshot',
  'rollouts',
  'readRollouts',
  'adapter',
  'statistics',
]);

/** The trainer, whose questions end with an OverdueError where no answer comes. */
function withLimits(host: Trainer): Trainer {
  return new Proxy(host, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function' || !questions.has(name)) return method;
      return (...args: unknown[]) =>
        within(QUESTION_LIMIT, 'the training worker gave no answer', Reflect.apply(method, target, args));
    },
  });
}
/** Milliseconds that opening again waits for the reload: a hung worker never answers. */
const RENEWAL = 15_000;

/** The envelope was checked by the port; which types of events there are is the trainer's matter. */
const eventSchema = z.custom<TrainerEvent>(
  (value) => z.looseObject({ type: z.string() }).safeParse(value).success,
  'an event without a type',
);

/** The trainer that is served at the other end of `port`, for a page at `baseUrl`. */
export function remoteTrainer(port: Port, baseUrl: string): RemoteTrainer {
  const listeners = new Set<(event: TrainerEvent) => void>();
  let checkpointed: number | null = null;
  let ended = false;
  const emit = (event: TrainerEvent) => {
    if (event.type === 'checkpoint') checkpointed = event.snapshot.step;
    for (const listener of listeners) listener(event);
  };
  const host = proxyOf<TrainerHost>(port, (event) => emit(eventSchema.parse(event)));
  // If it cannot be told, the port is gone, and that is told below.
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
