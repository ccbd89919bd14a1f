/** @file The comparison that continues one step of a kept run under several algorithms. */
import { readWithin } from '../../lib/numberText.ts';
import { knobs } from '../../rl/config/knobs.ts';
import type { Plan } from '../stores/comparisonPlan.ts';
import { type Draft, type DraftArm, type DraftNumbers, numbersOf, planOf } from './draft.ts';

const USUAL_STEPS = 10;

/** The numbers of the form. `step`: steps before the beginning; `seed`: that of the run, which comes first. */
export function continuedNumbers(typed: Pick<Draft, 'seeds' | 'steps'>, step: number, seed: number): DraftNumbers {
  const most = knobs.maxSteps.max - step;
  const numbers = numbersOf({ ...typed, arms: [], firstSeed: null }, { seed, maxSteps: Math.min(USUAL_STEPS, most) });
  const { shown } = numbers.steps;
  return { ...numbers, steps: { shown, value: readWithin(shown, { min: 1, max: most, integer: true }) } };
}

/**
 * The plan whose runs train `steps` more steps; null while a number is refused or no arm is there. At step 0 there is
 * nothing to continue: its runs begin as all others.
 */
export function continuedPlan(
  arms: readonly DraftArm[],
  from: NonNullable<Plan['from']>,
  { steps, ...numbers }: DraftNumbers,
): Plan | null {
  const last = typeof steps.value === 'number' ? from.step + steps.value : steps.value;
  const plan = planOf({ arms }, { ...numbers, steps: { ...steps, value: last } });
  return plan && from.step > 0 ? { ...plan, from } : plan;
}
