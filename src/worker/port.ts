/**
 * @file One end of a connection between threads, the same for browser workers, Node threads and channels in one thread.
 */
import type { Message } from './protocol.ts';

export interface Port {
  /** Sends a copy, except for the buffers in `give`, which are transferred. Throws if a value cannot be copied. */
  post(message: Message, give?: readonly ArrayBuffer[]): void;
  /** Call it once, in the same turn of the event loop in which the port was made; messages are passed on unchecked. */
  listen(onMessage: (message: unknown) => void): void;
  /** Resolves with a sentence when no answer can come any more: the other side died, or this one was closed. */
  readonly gone: Promise<string>;
  /** Ends the connection, and the worker behind it. */
  close(): void;
}

/** The parts of a port: call `ended` when the other side is gone. */
export interface Wire {
  post(message: Message, give: ArrayBuffer[]): void;
  attach(onMessage: (message: unknown) => void, ended: (why: string) => void): void;
  end(): void;
}

export function portOver(wire: Wire): Port {
  let receive: (message: unknown) => void = () => {};
  let ended: (why: string) => void = () => {};
  const gone = new Promise<string>((resolve) => {
    ended = resolve;
  });
  return {
    gone,
    post: (message, give = []) => wire.post(message, [...give]),
    listen(onMessage) {
      receive = onMessage;
      wire.attach((message) => receive(message), ended);
    },
    close() {
      receive = () => {};
      ended('the connection was closed');
      wire.end();
    },
  };
}

/** The common part of browser workers, a worker's global scope, and message ports. */
export interface Endpoint {
  postMessage(message: unknown, options: { transfer: Transferable[] }): void;
  addEventListener(type: string, listener: (event: Event) => void): void;
}

/** Passes on messages of an endpoint; one that cannot be decoded arrives as `undefined`, which every reader rejects. */
export function attachEndpoint(endpoint: Endpoint, onMessage: (message: unknown) => void): void {
  endpoint.addEventListener('message', (event) => onMessage('data' in event ? event.data : undefined));
  endpoint.addEventListener('messageerror', () => onMessage(undefined));
}

export function channelPort(port: MessagePort): Port {
  return portOver({
    post: (message, transfer) => port.postMessage(message, { transfer }),
    attach(onMessage, ended) {
      attachEndpoint(port, onMessage);
      port.addEventListener('close', () => ended('the other end of the channel was closed'));
      port.start();
    },
    end: () => port.close(),
  });
}
