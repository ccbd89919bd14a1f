/** @file Paging from group to group. */
import { ActionIcon } from '@mantine/core';
import { Icon } from '../Icon.tsx';
import { text } from '../text.ts';
import type { GroupView } from '../types.ts';
import styles from './Inspector.module.css';

interface PagerProps {
  readonly label: string;
  readonly previous: string;
  readonly next: string;
  readonly onPrevious: (() => void) | null;
  readonly onNext: (() => void) | null;
}

function Pager({ label, previous, next, onPrevious, onNext }: PagerProps) {
  return (
    <span className={styles.pager}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={previous}
        disabled={!onPrevious}
        onClick={() => onPrevious?.()}
      >
        <Icon name="previous" />
      </ActionIcon>
      <span>{label}</span>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="sm"
        aria-label={next}
        disabled={!onNext}
        onClick={() => onNext?.()}
      >
        <Icon name="next" />
      </ActionIcon>
    </span>
  );
}

export interface PagersProps {
  /** Null where no step is in memory. */
  readonly group: GroupView | null;
  readonly groupIndex: number;
  readonly groupCount: number;
  readonly step: number;
  readonly onGroup: (index: number) => void;
}

/** The shown group with buttons to its neighbours, and its step. */
export function Pagers(props: PagersProps) {
  const { group, groupIndex, groupCount, step, onGroup } = props;
  if (!group) return null;
  return (
    <div className={styles.pagers}>
      <Pager
        label={text.group.group(groupIndex + 1, groupCount)}
        previous={text.group.previousGroup}
        next={text.group.nextGroup}
        onPrevious={groupIndex > 0 ? () => onGroup(groupIndex - 1) : null}
        onNext={groupIndex < groupCount - 1 ? () => onGroup(groupIndex + 1) : null}
      />
      <span>{text.group.step(step)}</span>
    </div>
  );
}
