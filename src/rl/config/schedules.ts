/** @file Schedules of a run's numbers: knobs and settings of the algorithm that move over its steps. */
import { z } from '../../lib/zod.ts';
import { moveSchema } from '../words/schedule.ts';
import type { KnobName } from './knobs.ts';
import { knobNames, knobs } from './knobs.ts';

/** Knobs that can move: decimals that act at the next step. */
export const movingKnobs: readonly KnobName[] = knobNames.filter(
  (name) => knobs[name].applies === 'next step' && !knobs[name].integer,
);

/** By the id of a knob or setting: its value at step 0 is the configured one. The algorithm judges ids of settings. */
export const schedulesSchema = z
  .record(
    z.string().regex(/^[a-z0-9_]{1,40}$/, 'schedule: lower-case letters, digits and underscores'),
    moveSchema(
      z
        .number('schedule: a number to move to is needed')
        .min(-1e6, 'schedule: at least -1e6')
        .max(1e6, 'schedule: at most 1e6'),
    ),
  )
  .superRefine((schedules, context) => {
    for (const name of movingKnobs) {
      const { id, min, max } = knobs[name];
      const to = schedules[id]?.to ?? min;
      if (to < min || to > max)
        context.addIssue({ code: 'custom', message: `schedule.${id}: moves to ${min} to ${max}, not ${to}` });
    }
  });

export type Schedules = z.infer<typeof schedulesSchema>;
