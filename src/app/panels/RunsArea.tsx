/**
 * @file The list of runs, wired to the library: a strip under the charts that opens over them, or a tab on small
 * screens.
 */
import { Suspense, useState } from 'react';
import { Icon } from '../../ui/Icon.tsx';
import { loadedPart } from '../../ui/Part.tsx';
import { text } from '../../ui/text.ts';
import { runColor } from '../chartSpecs.ts';
import type { LibraryState } from '../stores/library.ts';
import type { RunState } from '../stores/runStore.ts';
import { useSampled, useStore } from '../useSampled.ts';
import { OpenRunFile } from './RunFiles.tsx';
import type { RunsBodyProps } from './RunsBody.tsx';
import styles from '../../ui/runs/Runs.module.css';

const all = (state: LibraryState) => state;
const keyOf = (state: RunState) => state.key;
const words = text.runs.table;

const RunsBody = loadedPart('runs', async () => (await import('./RunsBody.tsx')).RunsBody);

/** The list, empty until its code is loaded. */
const Body = (props: RunsBodyProps) => (
  <Suspense fallback={null}>
    <RunsBody {...props} />
  </Suspense>
);

/** A legend of the drawn runs by colour. */
function Keys({ session, library }: Pick<RunsBodyProps, 'session' | 'library'>) {
  const { runs, shown, saved } = useSampled(library, all, 60);
  const key = useStore(session.run, keyOf);
  const current = runs.find(({ id }) => id === key);
  const drawn = shown.length === 0 ? [] : runs.filter(({ id }) => id === key || shown.includes(id));
  return (
    <>
      {current && drawn.length === 0 && <span translate="no">{current.name}</span>}
      {drawn.map(({ id, name, color }) => (
        <span key={id} className={styles.key}>
          <i className={styles.swatch} style={{ background: runColor(color) }} aria-hidden="true" />
          <span translate="no">{name}</span>
        </span>
      ))}
      {saved && saved.id === key && (
        <span data-testid="saved" data-steps={saved.steps}>
          {words.saved(saved.steps)}
        </span>
      )}
    </>
  );
}

const countOf = (state: LibraryState) => state.runs.length + state.unreadable.length;

export function RunsStrip(props: RunsBodyProps) {
  const [open, setOpen] = useState(false);
  const count = useStore(props.library, countOf);
  return (
    <section id="runs" className={styles.strip} aria-label={text.runs.name} tabIndex={-1}>
      <div className={styles.head}>
        <button
          type="button"
          className={styles.toggle}
          aria-expanded={open}
          aria-controls="runs-list"
          data-testid="runs"
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'down' : 'up'} />
          <span>{words.title(count)}</span>
        </button>
        <Keys {...props} />
        <span className={styles.push} />
        {open && <OpenRunFile library={props.library} />}
      </div>
      {open && <Body {...props} />}
    </section>
  );
}

export function RunsTab(props: RunsBodyProps) {
  return (
    <section aria-label={text.runs.name}>
      <div className={styles.head}>
        <Keys {...props} />
        <span className={styles.push} />
        <OpenRunFile library={props.library} />
      </div>
      <Body {...props} />
    </section>
  );
}
