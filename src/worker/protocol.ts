/** @file Messages between threads: calls on an interface and their outcomes, with a version, validated on receipt. */
import { z } from '../lib/zod.ts';
import { WorkerError } from './workerError.ts';

/**
 * Raised with every change of the messages below; sides of different versions (a page newer than its cached worker)
 * refuse each other.
 */
export const PROTOCOL_VERSION = 1;

/**
 * An interface that can be in another thread: every member is a method that returns a promise. The messages follow from
 * it.
 */
export type Remotable<T> = {
  readonly [M in keyof T]: T[M] extends (...args: infer A) => Promise<infer R> ? (...args: A) => Promise<R> : never;
};

const errorSchema = z.strictObject({
  name: z.string(),
  message: z.string(),
  code: z.string().optional(),
  get cause() {
    return errorSchema.optional();
  },
});

/** An error as data, with the errors that caused it. */
export type ErrorData = z.infer<typeof errorSchema>;

const version = z.literal(PROTOCOL_VERSION);
const id = z.number().int().min(0);

const messageSchema = z.discriminatedUnion('type', [
  /** Calls a method of the served object. */
  z.strictObject({ version, type: z.literal('call'), id, method: z.string(), args: z.array(z.unknown()) }),
  z.strictObject({ version, type: z.literal('return'), id, value: z.unknown() }),
  z.strictObject({ version, type: z.literal('throw'), id, error: errorSchema }),
  /** An event, sent without a call. */
  z.strictObject({ version, type: z.literal('event'), event: z.unknown() }),
  /** The other side received a message that it cannot read. */
  z.strictObject({ version, type: z.literal('refused'), reason: z.string() }),
]);

export type Message = z.infer<typeof messageSchema>;
export type MessageOf<K extends Message['type']> = Extract<Message, { type: K }>;

const versioned = z.looseObject({ version: z.unknown() });

/** The message, or WorkerError 'protocol' that says why it is invalid. */
export function readMessage(value: unknown): Message {
  const result = messageSchema.safeParse(value);
  if (result.success) return result.data;
  const described = versioned.safeParse(value);
  if (!described.success) throw new WorkerError('protocol', 'a message that is not of this program was refused');
  if (described.data.version !== PROTOCOL_VERSION) {
    throw new WorkerError(
      'protocol',
      `a message of version ${String(described.data.version)} was refused; this side speaks version ${PROTOCOL_VERSION}: load the page again`,
    );
  }
  const issue = result.error.issues[0];
  throw new WorkerError(
    'protocol',
    `a malformed message was refused: ${issue?.path.join('.') || 'type'}: ${issue?.message ?? 'unknown'}`,
  );
}
