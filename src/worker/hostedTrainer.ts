/** @file Entry of the worker that trains. */
import { detectBackend } from '../engine/runtime/index.ts';
import { once } from '../lib/once.ts';
import { LocalTrainer } from '../rl/run/localTrainer.ts';
import { browserMakers, createBrowserLearner } from './browserLearner.ts';
import { scopePort } from './browserPort.ts';
import { createBrowserSandbox } from './browserSandbox.ts';
import type { TrainerHost } from './host.ts';
import { holdLifeline } from './lifeline.ts';
import { loadPolicy } from './loadPolicy.ts';
import { renewLoaded } from './offline/renew.ts';
import { serve } from './serve.ts';
import { warmWasm, willUseWasm } from './warm.ts';

/** A turn of the event loop without the delay that browsers add to timers. */
const turn = () =>
  new Promise<void>((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(null);
  });

/** Once per worker: a driver that never answers must not delay every opening. */
const detect = once(detectBackend);

class HostedTrainer extends LocalTrainer implements TrainerHost {
  constructor(private readonly place = { baseUrl: self.location.href }) {
    const makers = browserMakers(detect);
    super({
      loadPolicy: (id, progress) => loadPolicy(id, place.baseUrl, progress),
      createLearner: (spec, seed, options, stepRows) => createBrowserLearner(makers, spec, seed, options, stepRows),
      now: () => performance.now(),
      createSandbox: createBrowserSandbox,
      turn,
    });
  }

  async settle({ baseUrl }: { baseUrl: string }): Promise<void> {
    this.place.baseUrl = baseUrl;
  }

  renew(): Promise<void> {
    return renewLoaded(this.place.baseUrl);
  }
}

void detect().then((detected) => (willUseWasm(detected) ? warmWasm() : undefined));
const trainer = new HostedTrainer();
const held = holdLifeline(self.name);
trainer.listen(
  serve(
    scopePort(globalThis),
    held.then(() => trainer),
  ),
);
