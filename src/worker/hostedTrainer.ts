/** @file The trainer of a browser's worker, served to the page. */
import { type Detection, willUseWasm } from '../engine/runtime/index.ts';
import { LocalTrainer } from '../rl/run/localTrainer.ts';
import { browserMakers, createBrowserLearner } from './browserLearner.ts';
import { scopePort } from './browserPort.ts';
import { createBrowserSandbox } from './browserSandbox.ts';
import type { TrainerHost } from './host.ts';
import { isKeptModel, keptModel } from './keptModels.ts';
import { holdLifeline } from './lifeline.ts';
import { loadPolicy } from './loadPolicy.ts';
import { renewLoaded } from './offline/renew.ts';
import { serve } from './serve.ts';
import { turn } from './turn.ts';
import { warmWasm } from './warm.ts';

class HostedTrainer extends LocalTrainer implements TrainerHost {
  constructor(
    detected: Promise<Detection>,
    private readonly place = { baseUrl: self.location.href },
  ) {
    const makers = browserMakers(() => detected);
    super({
      loadPolicy: (id, progress) => (isKeptModel(id) ? keptModel(id) : loadPolicy(id, place.baseUrl, progress)),
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

/** Listens at once. */
export function serveTrainer(detected: Promise<Detection>): void {
  void detected.then((found) => (willUseWasm(found) ? warmWasm() : undefined));
  const trainer = new HostedTrainer(detected);
  const held = holdLifeline(self.name);
  trainer.listen(
    serve(
      scopePort(globalThis),
      held.then(() => trainer),
    ),
  );
}
