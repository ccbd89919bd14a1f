/**
 * @file Starts a module worker, also in a frame with `sandbox` and without `allow-same-origin`, whose origin is opaque.
 */

type WorkerClass = new (url: URL, options: WorkerOptions) => Worker;

/**
 * To an opaque origin every script is another origin's, and a worker may not start from one. It may start from a data
 * URL (HTML standard, "Worker(scriptURL, options)"), which imports the script where the host allows that (CORS).
 * Chromium refuses a module worker from a blob there.
 */
const throughData = (): WorkerClass =>
  class extends Worker {
    constructor(url: URL, options: WorkerOptions) {
      super(`data:text/javascript,${encodeURIComponent(`import ${JSON.stringify(url.href)};`)}`, options);
    }
  };

/**
 * `make` writes `new Worker(new URL(..., import.meta.url), ...)` with the class that it is given: the bundler looks for
 * these words.
 */
export const openWorker = (make: (Worker: WorkerClass) => Worker): Worker =>
  make(self.origin === 'null' ? throughData() : Worker);
