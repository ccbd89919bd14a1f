/** @file How a number moves over the steps of a run: not at all, straight or as a cosine, to where and how fast. */
import { type NumberRange } from '../../lib/numberText.ts';
import { NumberCell } from '../rewards/NumberCell.tsx';
import { text } from '../text.ts';

/** A move of a number; null where it is constant. */
export interface MoveView {
  readonly kind: 'linear' | 'cosine';
  readonly to: number;
  readonly steps: number;
}

export interface MoveCellsProps {
  readonly label: string;
  readonly move: MoveView | null;
  /** The move that a constant number gets first. */
  readonly usual: MoveView;
  readonly to: NumberRange;
  readonly steps: NumberRange;
  readonly onChange: (move: MoveView | null) => void;
}

const kinds = ['constant', 'linear', 'cosine'] as const;

export function MoveCells({ label, move, usual, to, steps, onChange }: MoveCellsProps) {
  return (
    <>
      <select
        aria-label={text.rewards.scheduleOf(label)}
        value={move?.kind ?? 'constant'}
        onChange={({ currentTarget: { value: kind } }) =>
          onChange(kind === 'linear' || kind === 'cosine' ? { ...(move ?? usual), kind } : null)
        }
      >
        {kinds.map((kind) => (
          <option key={kind} value={kind}>
            {text.rewards.schedules[kind]}
          </option>
        ))}
      </select>
      {move && (
        <>
          <span>{text.rewards.to}</span>
          <NumberCell
            label={text.rewards.toOf(label)}
            range={to}
            value={move.to}
            onChange={(value) => onChange({ ...move, to: value ?? usual.to })}
          />
          <span>{text.rewards.over}</span>
          <NumberCell
            label={text.rewards.stepsOf(label)}
            range={steps}
            value={move.steps}
            onChange={(value) => onChange({ ...move, steps: value ?? usual.steps })}
          />
          <span>{text.rewards.steps}</span>
        </>
      )}
    </>
  );
}
