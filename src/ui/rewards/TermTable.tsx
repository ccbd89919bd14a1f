/**
 * @file The terms of the reward, one per row: weight and its schedule, clip, centring, and whether only right answers
 * are rewarded.
 */
import { Button } from '@mantine/core';
import { MoveCells } from '../settings/MoveCells.tsx';
import { text } from '../text.ts';
import { NumberCell } from './NumberCell.tsx';
import styles from './Rewards.module.css';
import type { RewardRanges, ShapingView, TermView } from './types.ts';

export interface TermTableProps {
  readonly terms: readonly TermView[];
  readonly ranges: RewardRanges;
  readonly onWeight: (id: string, weight: number) => void;
  readonly onShaping: (id: string, shaping: ShapingView) => void;
  readonly onEdit: (id: string) => void;
  readonly onRemove: (id: string) => void;
}

interface CellProps {
  readonly term: TermView;
  readonly ranges: RewardRanges;
  readonly onShaping: (shaping: ShapingView) => void;
}

const centrings = ['none', 'group', 'batch'] as const;
const usualSteps = 100;

function ScheduleCell({ term: { label, shaping }, ranges, onShaping }: CellProps) {
  const { schedule } = shaping;
  return (
    <span className={styles.cells}>
      <MoveCells
        label={label}
        move={schedule.kind === 'constant' ? null : schedule}
        usual={{ kind: 'linear', to: 0, steps: usualSteps }}
        to={ranges.weight}
        steps={ranges.steps}
        onChange={(move) => onShaping({ ...shaping, schedule: move ?? { kind: 'constant' } })}
      />
    </span>
  );
}

function ClipCell({ term: { label, shaping }, ranges: { bound: range }, onShaping }: CellProps) {
  // An open end is the limit of rewards.
  const { min: least, max: most } = range;
  const [low, high] = shaping.clip ?? [least, most];
  const set = (nextLow: number | null, nextHigh: number | null) => {
    const clip: [number, number] = [nextLow ?? least, nextHigh ?? most];
    onShaping({ ...shaping, clip: clip[0] === least && clip[1] === most ? null : clip });
  };
  const bound = (value: number) => (value === least || value === most ? null : value);
  return (
    <span className={`${styles.cells} ${styles.together}`}>
      <NumberCell
        optional
        label={text.rewards.lowest(label)}
        range={{ ...range, max: high }}
        placeholder="−∞"
        value={bound(low)}
        onChange={(value) => set(value, bound(high))}
      />
      <span>{text.rewards.until}</span>
      <NumberCell
        optional
        label={text.rewards.highest(label)}
        range={{ ...range, min: low }}
        placeholder="∞"
        value={bound(high)}
        onChange={(value) => set(bound(low), value)}
      />
    </span>
  );
}

function CentringCell({ term: { label, shaping }, onShaping }: Omit<CellProps, 'ranges'>) {
  const choose = (word: string) => {
    const centring = centrings.find((known) => known === word);
    if (centring) onShaping({ ...shaping, centring });
  };
  return (
    <select
      aria-label={text.rewards.centringOf(label)}
      value={shaping.centring}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {centrings.map((centring) => (
        <option key={centring} value={centring}>
          {text.rewards.centrings[centring]}
        </option>
      ))}
    </select>
  );
}

function TermRow({
  term,
  ranges,
  onWeight,
  onShaping,
  onEdit,
  onRemove,
}: Omit<TermTableProps, 'terms'> & { readonly term: TermView }) {
  const { id, label, summary, own, weight, shaping } = term;
  const shape = (changed: ShapingView) => onShaping(id, changed);
  const { columns } = text.rewards;
  return (
    <tr data-testid={`term-${id}`}>
      <th scope="row" title={summary}>
        {label}
      </th>
      <td data-label={columns.weight}>
        <NumberCell
          label={text.settings.weight(label)}
          range={ranges.weight}
          testId={`weight-${id}`}
          value={weight}
          onChange={(value) => value !== null && onWeight(id, value)}
        />
      </td>
      <td data-label={columns.schedule}>
        <ScheduleCell term={term} ranges={ranges} onShaping={shape} />
      </td>
      <td data-label={columns.clip}>
        <ClipCell term={term} ranges={ranges} onShaping={shape} />
      </td>
      <td data-label={columns.centring}>
        <CentringCell term={term} onShaping={shape} />
      </td>
      <td data-label={columns.gate}>
        <input
          type="checkbox"
          aria-label={text.rewards.gateOf(label)}
          checked={shaping.onlyWhenCorrect}
          onChange={(event) => shape({ ...shaping, onlyWhenCorrect: event.currentTarget.checked })}
        />
      </td>
      <td className={styles.actions}>
        {own && (
          <>
            <Button size="compact-xs" variant="default" onClick={() => onEdit(id)} data-testid={`edit-${id}`}>
              {text.rewards.edit}
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => onRemove(id)}
              aria-label={text.rewards.removeOf(label)}
            >
              {text.rewards.remove}
            </Button>
          </>
        )}
      </td>
    </tr>
  );
}

export function TermTable({ terms, ...actions }: TermTableProps) {
  const { columns } = text.rewards;
  return (
    <table className={styles.terms}>
      <thead>
        <tr>
          {[columns.term, columns.weight, columns.schedule, columns.clip, columns.centring, columns.gate].map(
            (title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ),
          )}
          <th scope="col">
            <span className={styles.unseen}>{columns.change}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {terms.map((term) => (
          <TermRow key={term.id} term={term} {...actions} />
        ))}
      </tbody>
    </table>
  );
}
