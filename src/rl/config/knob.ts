/** @file A number of a run that a person may turn. */

/** `applies` says whether a change during a run acts at the next step or needs a new run. */
export interface Knob {
  /** TRL's name where it has one; this is what files, the URL and people see. */
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
  /** What it does to the curves, in one sentence. */
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

/** A whole number; linear and only for a new run where nothing else is said. */
export const whole = (described: Described): Knob => knob(described, 1, true);

/** Any number in the range; `step` is that of its slider. */
export const decimal = ({ step, ...described }: Described & Pick<Knob, 'step'>): Knob => knob(described, step, false);
