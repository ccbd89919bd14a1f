/**
 * @file Entry of the worker that trains: small, so that the runtime's large file is on its way while the trainer's code
 * is loaded.
 */
import { type Detection, detectBackend, isWasmKept, loadWasmAhead, willUseWasm } from '../engine/runtime/index.ts';
import { isDetected } from './detected.ts';

/** The page's detection; a browser without WebGPU in workers is asked here. */
let answer: (detected: Detection) => void = () => {};
const detected =
  navigator.gpu === undefined ? detectBackend() : new Promise<Detection>((resolve) => void (answer = resolve));
const early: MessageEvent[] = [];
let isServed = false;

globalThis.addEventListener('message', (event) => {
  if (!isDetected(event.data)) return void (isServed || early.push(event));
  event.stopImmediatePropagation();
  answer(event.data.detected);
});

/** Messages that came before the trainer listens are passed on when it does. */
async function start(): Promise<void> {
  void detected.then((found) => willUseWasm(found) && loadWasmAhead());
  // Before the answer, which waits for the page: a kept runtime was used here, and loading it costs no request.
  isWasmKept().then(
    (isKept) => isKept && loadWasmAhead(),
    () => {},
  );
  const { serveTrainer } = await import('./hostedTrainer.ts');
  isServed = true;
  serveTrainer(detected);
  for (const { data } of early) globalThis.dispatchEvent(new MessageEvent('message', { data }));
}

// A failure of the worker, which the page reports.
start().catch(reportError);
