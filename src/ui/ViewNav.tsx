/** @file The links between the views of the page. */
import type { MouseEvent } from 'react';
import styles from './ViewNav.module.css';

/** Id of the heading that a view begins with. */
export const viewStart = 'view-start';

export interface ViewNavProps<V extends string> {
  readonly views: readonly V[];
  readonly current: V;
  readonly labels: Readonly<Record<V, string>>;
  readonly name: string;
  /** Address of a view, for opening it in a new tab. */
  readonly hrefOf: (view: V) => string;
  /** Called for the current view as well: it may have a sub-page to return from. */
  readonly onGo: (view: V) => void;
}

export function ViewNav<V extends string>({ views, current, labels, name, hrefOf, onGo }: ViewNavProps<V>) {
  const onClick = (view: V) => (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onGo(view);
  };
  return (
    <nav className={styles.nav} aria-label={name}>
      {views.map((view) => (
        <a
          key={view}
          href={hrefOf(view)}
          data-testid={`view-${view}`}
          aria-current={view === current ? 'page' : undefined}
          onClick={onClick(view)}
        >
          {labels[view]}
        </a>
      ))}
    </nav>
  );
}
