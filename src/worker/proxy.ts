/** @file A proxy for an object in another thread: every call is a message, every answer settles a promise. */
import { errorData, RemoteError } from './errors.ts';
import type { Port } from './port.ts';
import { PROTOCOL_VERSION, readMessage, type Remotable } from './protocol.ts';
import { WorkerError } from './workerError.ts';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls over one port, and the promises awaiting their answers. */
class Caller {
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private broken: WorkerError | null = null;

  constructor(
    private readonly port: Port,
    private readonly onEvent: (event: unknown) => void,
  ) {
    port.listen((message) => this.receive(message));
    void port.gone.then((why) => this.break(new WorkerError('worker-died', why)));
  }

  call(method: string, args: unknown[]): Promise<unknown> {
    if (this.broken) return Promise.reject(this.broken);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      try {
        this.port.post({ version: PROTOCOL_VERSION, type: 'call', id, method, args });
      } catch (cause) {
        this.pending.delete(id);
        reject(
          new WorkerError('not-sendable', `${method}: its arguments cannot be sent: ${errorData(cause).message}`, {
            cause,
          }),
        );
      }
    });
  }

  private receive(value: unknown): void {
    try {
      const message = readMessage(value);
      if (message.type === 'event') this.onEvent(message.event);
      else if (message.type === 'return') this.settle(message.id).resolve(message.value);
      else if (message.type === 'throw') this.settle(message.id).reject(new RemoteError(message.error));
      else
        throw new WorkerError(
          'protocol',
          message.type === 'refused' ? `the other side: ${message.reason}` : 'a call was refused; this side only calls',
        );
    } catch (cause) {
      // The call of an unreadable message is unknown, so no pending answer can be relied on.
      this.break(
        cause instanceof WorkerError ? cause : new WorkerError('protocol', errorData(cause).message, { cause }),
      );
    }
  }

  private settle(id: number): Pending {
    const pending = this.pending.get(id);
    if (!pending) throw new WorkerError('protocol', `an answer to call ${id}, which nobody waits for, was refused`);
    this.pending.delete(id);
    return pending;
  }

  /** Rejects all pending and later calls. */
  private break(error: WorkerError): void {
    this.broken ??= error;
    for (const { reject } of this.pending.values()) reject(this.broken);
    this.pending.clear();
  }
}

/**
 * The object that `serve` offers at the other end. Calls reject with RemoteError (name and code of the remote error),
 * or with WorkerError 'worker-died' once the other side is gone, 'protocol' after an unreadable message, 'not-sendable'
 * for arguments that cannot be copied.
 */
export function proxyOf<T extends Remotable<T>>(port: Port, onEvent: (event: unknown) => void = () => {}): T {
  const caller = new Caller(port, onEvent);
  const handler: ProxyHandler<T> = {
    get(_, name) {
      // A `then` would make the proxy look like a promise.
      if (typeof name !== 'string' || name === 'then') return undefined;
      return (...args: unknown[]) => caller.call(name, args);
    },
  };
  // A cast: `handler` gives the proxy every method of T, which types cannot express.
  return new Proxy({} as T, handler);
}
