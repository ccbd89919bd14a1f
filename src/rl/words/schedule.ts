/** @file Numbers that move from one value to another over the steps of a run. */
import { plainNumber, readPlain } from '../../lib/numberText.ts';
import { z } from '../../lib/zod.ts';

/** Steps of a schedule. */
export const scheduleSteps = { min: 1, max: 2000, integer: true };

/** Schema of a move to a number that `to` accepts, at step `steps`, and constant afterwards. */
export const moveSchema = (to: z.ZodNumber) =>
  z.strictObject({
    kind: z.enum(['linear', 'cosine'], 'schedule: linear or cosine'),
    to,
    steps: z
      .number({ error: 'schedule: a number of steps is needed' })
      .int('schedule: a whole number of steps is needed')
      .min(scheduleSteps.min, `schedule: at least ${scheduleSteps.min} step`)
      .max(scheduleSteps.max, `schedule: at most ${scheduleSteps.max} steps`),
  });

export type Move = z.infer<ReturnType<typeof moveSchema>>;

/** The number at a step, counted from 0, that begins at `from`; a cosine begins and ends slowly. */
export function movedAt(from: number, { kind, to, steps }: Move, step: number): number {
  const share = Math.min(1, Math.max(0, step / steps));
  const travelled = kind === 'linear' ? share : (1 - Math.cos(Math.PI * share)) / 2;
  return from + (to - from) * travelled;
}

/** Text form for links and flags, such as `linear:0.1:100`. */
export const writeMove = ({ kind, to, steps }: Move): string => `${kind}:${to}:${steps}`;

/** The fields of a move in text form, not yet validated. */
export function readMove(words: string): unknown {
  const [kind, to, steps, more] = words.split(':');
  return more === undefined
    ? { kind, to: plainNumber(to), steps: readPlain(steps ?? '', { integer: true }) }
    : `${words} is not of the form KIND:TO:STEPS`;
}
