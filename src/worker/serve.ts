/** @file The other end of `proxyOf`: calls the methods of an object on request through a port. */
import { errorData } from './errors.ts';
import type { Port } from './port.ts';
import { type MessageOf, PROTOCOL_VERSION, readMessage } from './protocol.ts';
import { WorkerError } from './workerError.ts';
import { ownedBuffers } from './transfer.ts';

async function callMethod(target: object, { method, args }: MessageOf<'call'>): Promise<unknown> {
  const found: unknown = method in Object.prototype ? undefined : Reflect.get(target, method);
  if (typeof found !== 'function') throw new WorkerError('protocol', `there is no method ${method}`);
  return Reflect.apply(found, target, args);
}

/**
 * Answers calls with the methods of `target`, which may still be pending; returns a function that sends events.
 * Returned arrays are transferred, so methods must not keep them. Calls start as they arrive; `target` orders them
 * itself.
 */
export function serve(port: Port, target: object | Promise<object>): (event: unknown) => void {
  const served = Promise.resolve(target);
  // Every call reports the failure of `target`; there may be no call yet.
  served.catch(() => {});

  const answer = async (call: MessageOf<'call'>): Promise<void> => {
    const { id } = call;
    try {
      const value = await callMethod(await served, call);
      port.post({ version: PROTOCOL_VERSION, type: 'return', id, value }, [...ownedBuffers(value)]);
    } catch (thrown) {
      port.post({ version: PROTOCOL_VERSION, type: 'throw', id, error: errorData(thrown) });
    }
  };

  port.listen((value) => {
    try {
      const message = readMessage(value);
      if (message.type === 'call') void answer(message);
      // Answering a refusal with a refusal would never end.
      else if (message.type !== 'refused')
        throw new WorkerError(
          'protocol',
          `a message of type ${message.type} was refused; only calls are answered here`,
        );
    } catch (error) {
      port.post({ version: PROTOCOL_VERSION, type: 'refused', reason: errorData(error).message });
    }
  });
  return (event) => port.post({ version: PROTOCOL_VERSION, type: 'event', event });
}
