/**
 * @file Starts a module worker, also in a frame with `sandbox` and without `allow-same-origin`, whose origin is opaque.
 */

type WorkerClass = new (url: URL, options: WorkerOptions) => Worker;

/**
 * For an opaque origin every script is cross-origin, and a worker may not start from one. It may start from a data URL
 * (HTML standard, "Worker(scriptURL, options)"), which imports the script if the host allows that (CORS). Chromium
 * refuses a module worker from a blob there.
 */
const throughData = (): WorkerClass =>
  class extends Worker {
    constructor(url: URL, options: WorkerOptions) {
      super(`data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(url.href)};`)}`, options);
    }
  };

/**
 * `make` must contain `new Worker(new URL(..., import.meta.url), ...)` with the class it is given: the bundler looks
 * for this text.
 */
export const openWorker = (make: (Worker: WorkerClass) => Worker): Worker =>
  make(self.origin === 'null' ? throughData() : Worker);
