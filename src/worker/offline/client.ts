/**
 * @file The page's side of offline use: registers the service worker if possible, and reports a new version.
 */
import type { OfflineMessage } from './plan.ts';

export interface Offline {
  /** Asks the service worker to keep the files that the run used. */
  used(build: Extract<OfflineMessage, { type: 'used' }>['build'], policy: string): void;
  /** Activates the new version and reloads the page. */
  update(): void;
}

const send = (worker: ServiceWorker | null | undefined, message: OfflineMessage): void => worker?.postMessage(message);

/** Calls `found` when a newer version is waiting; a first visit has none. */
function watch(registration: ServiceWorkerRegistration, container: ServiceWorkerContainer, found: () => void): void {
  const judge = () => {
    if (registration.waiting && container.controller) found();
  };
  judge();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', judge));
}

/** Null without a service worker: on plain http, in a private window of some browsers, or if it is refused. */
export async function registerOffline(baseUrl: string, onUpdate: () => void): Promise<Offline | null> {
  try {
    // The types say it always exists; on plain http it does not, and in a frame with an opaque origin reading it
    // throws.
    const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
    if (!container) return null;
    const registration: ServiceWorkerRegistration | undefined = await container.register(
      new URL('service-worker.js', baseUrl),
    );
    if (!registration) return null;
    watch(registration, container, onUpdate);
    return {
      used: (build, policy) => void container.ready.then(({ active }) => send(active, { type: 'used', build, policy })),
      update() {
        container.addEventListener('controllerchange', () => window.location.reload(), { once: true });
        send(registration.waiting, { type: 'take-over' });
      },
    };
  } catch {
    // The page works as before, with a network.
    return null;
  }
}
