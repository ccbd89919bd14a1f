/** @file Tabs for narrow screens; arrow keys move between them. */
import type { KeyboardEvent } from 'react';
import styles from './TabBar.module.css';

export interface TabBarProps<T extends string> {
  readonly tabs: readonly T[];
  readonly chosen: T;
  readonly labels: Readonly<Record<T, string>>;
  readonly name: string;
  /** Id of the element that shows the chosen tab's content. */
  readonly panelId: string;
  readonly onChoose: (tab: T) => void;
}

export function TabBar<T extends string>({ tabs, chosen, labels, name, panelId, onChoose }: TabBarProps<T>) {
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const move = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const next = tabs[(tabs.indexOf(chosen) + move + tabs.length) % tabs.length];
    if (move === 0 || next === undefined) return;
    onChoose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div className={styles.bar} role="tablist" aria-label={name} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          data-tab={tab}
          data-testid={`tab-${tab}`}
          aria-selected={tab === chosen}
          aria-controls={panelId}
          tabIndex={tab === chosen ? 0 : -1}
          onClick={() => onChoose(tab)}
        >
          {labels[tab]}
        </button>
      ))}
    </div>
  );
}
