/**
 * @file The page's side of offline use: registers the service worker where there can be one, and tells of a new
 * version.
 */
import type { OfflineMessage } from './plan.ts';

export interface Offline {
  /** Asks for these to be kept. */
  used(build: Extract<OfflineMessage, { type: 'used' }>['build'], policy: string): void;
  /** Loads the page again with the new version, which takes the place of the one in use. */
  update(): void;
}

const send = (worker: ServiceWorker | null | undefined, message: OfflineMessage): void => worker?.postMessage(message);

/** Calls `found` when a newer version waits to be used; on a first visit there is none. */
function watch(registration: ServiceWorkerRegistration, container: ServiceWorkerContainer, found: () => void): void {
  const judge = () => {
    if (registration.waiting && container.controller) found();
  };
  judge();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', judge));
}

/**
 * Null where there can be no service worker: on plain http, in a private window of some browsers, or where it is
 * refused.
 */
export async function registerOffline(baseUrl: string, onUpdate: () => void): Promise<Offline | null> {
  try {
    // Types say it is always there; on plain http it is not, and in a frame with an opaque origin reading it throws.
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
    // Nothing is lost: the page works as it did, with a network.
    return null;
  }
}
