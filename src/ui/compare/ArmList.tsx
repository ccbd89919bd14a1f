/** @file The arms of a comparison being built: colour, name, differences, and a button that removes one. */
import { ActionIcon } from '@mantine/core';
import { Icon } from '../Icon.tsx';
import { compareWords as words } from './words.ts';
import styles from './Compare.module.css';

export interface DraftArmView {
  readonly title: string;
  /** A CSS colour. */
  readonly color: string;
  /** Differences from the present settings, in words. */
  readonly differs: string;
}

export interface ArmListProps {
  readonly arms: readonly DraftArmView[];
  readonly onRename: (index: number, title: string) => void;
  readonly onRemove: (index: number) => void;
}

export function ArmList({ arms, onRename, onRemove }: ArmListProps) {
  if (arms.length === 0) return <p className={styles.soft}>{words.noArms}</p>;
  return (
    <ul className={styles.list} aria-label={words.arms}>
      {arms.map(({ title, color, differs }, index) => (
        // Arms have no identity but their place: the name is being typed.
        <li key={index} data-testid="draft-arm">
          <i className={styles.swatch} style={{ background: color }} aria-hidden="true" />
          <input
            aria-label={words.name(title)}
            value={title}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => onRename(index, event.currentTarget.value)}
          />
          <span className={`${styles.soft} ${styles.differs}`}>{differs}</span>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={words.remove(title)}
            title={words.remove(title)}
            onClick={() => onRemove(index)}
          >
            <Icon name="bin" />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
