/** @file The controls above the table of runs: filter, order, grouping. */
import { text } from '../text.ts';
import { type RunOrder, sortedBy, sortKeys } from './order.ts';
import styles from './Runs.module.css';

export interface GroupChoice {
  readonly id: string;
  readonly label: string;
}

export interface RunToolsProps {
  readonly order: RunOrder;
  readonly groups: readonly GroupChoice[];
  readonly onOrder: (order: RunOrder) => void;
}

const words = text.runs.table;

export function RunTools({ order, groups, onOrder }: RunToolsProps) {
  return (
    <div className={styles.tools}>
      <input
        type="search"
        aria-label={words.filter}
        placeholder={words.filter}
        data-testid="run-filter"
        value={order.filter}
        onChange={(event) => onOrder({ ...order, filter: event.currentTarget.value })}
      />
      <label>
        <span>{words.sortBy}</span>
        <select
          data-testid="run-sort"
          value={order.sort}
          onChange={({ currentTarget: { value } }) => {
            const sort = sortKeys.find((key) => key === value);
            if (sort) onOrder(sortedBy({ ...order, sort: 'created' }, sort));
          }}
        >
          {sortKeys.map((key) => (
            <option key={key} value={key}>
              {words.sorts[key]}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className={styles.sort}
        data-testid="run-direction"
        onClick={() => onOrder({ ...order, descending: !order.descending })}
      >
        {order.descending ? words.descending : words.ascending}
      </button>
      <label>
        <span>{words.groupBy}</span>
        <select
          data-testid="run-group-by"
          value={order.group}
          onChange={(event) => onOrder({ ...order, group: event.currentTarget.value })}
        >
          <option value="">{words.noGroup}</option>
          {groups.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
