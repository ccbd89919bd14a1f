/** @file Which papers are listed: by words, by status, by stage. */
import type { StatusView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Atlas.module.css';

export interface Wanted {
  readonly search: string;
  readonly status: StatusView | null;
  readonly stage: number | null;
}

export interface AtlasFiltersProps {
  readonly wanted: Wanted;
  readonly statuses: readonly { readonly status: StatusView; readonly count: number }[];
  readonly stages: readonly number[];
  readonly shown: number;
  readonly all: number;
  readonly onChange: (wanted: Wanted) => void;
}

export function AtlasFilters({ wanted, statuses, stages, shown, all, onChange }: AtlasFiltersProps) {
  return (
    <form
      className={styles.filters}
      role="search"
      aria-label={words.filters}
      onSubmit={(event) => event.preventDefault()}
    >
      <input
        type="search"
        data-testid="atlas-search"
        aria-label={words.search}
        placeholder={words.search}
        value={wanted.search}
        onChange={(event) => onChange({ ...wanted, search: event.currentTarget.value })}
      />
      <label>
        <span>{words.statusFilter}</span>
        <select
          data-testid="atlas-status"
          value={wanted.status ?? ''}
          onChange={(event) =>
            onChange({
              ...wanted,
              status: statuses.find(({ status }) => status === event.currentTarget.value)?.status ?? null,
            })
          }
        >
          <option value="">{words.any}</option>
          {statuses.map(({ status, count }) => (
            <option key={status} value={status}>{`${words.status[status]} (${count})`}</option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.stageFilter}</span>
        <select
          data-testid="atlas-stage"
          value={wanted.stage ?? ''}
          onChange={(event) =>
            onChange({ ...wanted, stage: stages.find((stage) => String(stage) === event.currentTarget.value) ?? null })
          }
        >
          <option value="">{words.any}</option>
          {stages.map((stage) => (
            <option key={stage} value={stage}>
              {stage}
            </option>
          ))}
        </select>
      </label>
      <span className={styles.count} role="status" data-testid="atlas-count">
        {words.count(shown, all)}
      </span>
    </form>
  );
}
