/** @file Knobs: numbers of a run that the form shows. */

/** `applies` says whether a change during a run acts at the next step or needs a new run. */
export interface Knob {
  /** TRL's name where it has one; used in files, links and texts. */
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
  readonly applies: 'next step' | 'restart';
  /** Its effect on the curves, in one sentence. */
  readonly summary: string;
}

type Described = Pick<Knob, 'id' | 'label' | 'default' | 'summary'> &
  Partial<Pick<Knob, 'unit' | 'scale' | 'applies'>> & { readonly range: readonly [min: number, max: number] };

const knob = ({ range: [min, max], ...described }: Described, step: number, integer: boolean): Knob => ({
  unit: '',
  scale: 'linear',
  applies: 'restart',
  ...described,
  min,
  max,
  step,
  integer,
});

/** A whole number; by default on a linear scale and for a new run only. */
export const whole = (described: Described): Knob => knob(described, 1, true);

/** A decimal number; `step` is the slider's. */
export const decimal = ({ step, ...described }: Described & Pick<Knob, 'step'>): Knob => knob(described, step, false);
