/** @file Numbers that move over the steps of a run, in a section that folds away. */
import { type NumberRange } from '../../lib/numberText.ts';
import { text } from '../text.ts';
import { showNumber } from './number.ts';
import { MoveCells, type MoveView } from './MoveCells.tsx';
import styles from './Settings.module.css';

/** A number that can move. */
export interface ScheduleView {
  readonly id: string;
  readonly label: string;
  /** Its value at step 0. */
  readonly from: number;
  readonly range: NumberRange;
  readonly move: MoveView | null;
}

export interface SchedulesProps {
  readonly numbers: readonly ScheduleView[];
  /** Allowed numbers of steps, and the length of the run. */
  readonly steps: NumberRange;
  readonly runSteps: number;
  readonly onMove: (id: string, move: MoveView | null) => void;
}

export function Schedules({ numbers, steps, runSteps, onMove }: SchedulesProps) {
  const moving = numbers.filter(({ move }) => move);
  const usual = ({ from }: ScheduleView): MoveView => ({ kind: 'linear', to: from, steps: runSteps });
  return (
    <details className={styles.fold} data-testid="fold-schedules">
      <summary>
        <span>{text.settings.schedules}</span>
        {moving.length > 0 && <small>{text.settings.changed(moving.length)}</small>}
      </summary>
      {moving.map((number) => (
        <div
          key={number.id}
          className={styles.move}
          role="group"
          aria-label={text.settings.movesOf(number.label)}
          data-testid={`schedule-${number.id}`}
        >
          <span className={styles.moving}>
            <span>{number.label}</span>
            <span>{showNumber(number.from)}</span>
          </span>
          <MoveCells
            label={number.label}
            move={number.move}
            usual={usual(number)}
            to={number.range}
            steps={steps}
            onChange={(move) => onMove(number.id, move)}
          />
        </div>
      ))}
      <select
        className={styles.addMove}
        data-testid="schedule-add"
        aria-label={text.settings.addSchedule}
        title={text.settings.addScheduleHint}
        value=""
        onChange={({ currentTarget: { value } }) => {
          const number = numbers.find(({ id }) => id === value);
          if (number) onMove(number.id, usual(number));
        }}
      >
        <option value="">{text.settings.addSchedule}</option>
        {numbers
          .filter(({ move }) => !move)
          .map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
      </select>
    </details>
  );
}
