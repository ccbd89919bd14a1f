/**
 * @file The atlas: all papers with their status, and every stored result, whose arms can be trained in the playground.
 */
import { useEffect, useMemo, useState } from 'react';
import { fitting, otherEntriesOf, paperEntries, type Entry, type Wanted } from '../../lessons/atlasEntries.ts';
import { statuses } from '../../lessons/status.ts';
import { resultListSchema } from '../../lessons/storedResult.ts';
import { AtlasEntry } from '../../ui/atlas/AtlasEntry.tsx';
import { AtlasFilters } from '../../ui/atlas/AtlasFilters.tsx';
import { atlasWords as words } from '../../ui/atlas/words.ts';
import { viewStart } from '../../ui/ViewNav.tsx';
import type { Place } from '../place.ts';
import type { Comparison } from '../stores/comparison.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';
import { Failed, Result } from './AtlasResult.tsx';
import { useFetched } from './fetched.ts';
import styles from '../../ui/atlas/Atlas.module.css';

interface AtlasViewProps {
  readonly place: PlaceStore;
  readonly comparison: Comparison;
}

const entryOf = (place: Place) => place.entry;

/** A list of entries, at most one of them open. */
function Entries({ entries, place, comparison }: AtlasViewProps & { readonly entries: readonly Entry[] }) {
  const opened = useStore(place, entryOf);
  return (
    <ul className={styles.list}>
      {entries.map((entry) => (
        <AtlasEntry
          key={entry.id}
          entry={entry}
          open={opened === entry.id}
          onOpen={(open) => place.go({ view: 'atlas', entry: open ? entry.id : null })}
        >
          <Result id={entry.id} comparison={comparison} />
        </AtlasEntry>
      ))}
    </ul>
  );
}

/** Papers by stage; empty stages are left out. */
function Stages({ entries, ...rest }: AtlasViewProps & { readonly entries: readonly Entry[] }) {
  const stages = [...new Set(entries.map(({ stage }) => stage))].toSorted((a, b) => a - b);
  return stages.map((stage) => (
    <section key={stage} aria-labelledby={`stage-${stage}`}>
      <h2 className={styles.group} id={`stage-${stage}`}>
        {words.stage(stage, words.stages[stage] ?? '')}
      </h2>
      <Entries {...rest} entries={entries.filter((entry) => entry.stage === stage)} />
    </section>
  ));
}

/** Scrolls to the entry of the address once it is rendered and whenever the address names another out of sight. */
function useEntryInSight(place: PlaceStore, isThere: boolean): void {
  const entry = useStore(place, entryOf);
  useEffect(() => {
    const element = isThere && entry !== null ? document.getElementById(`entry-${entry}`) : null;
    const top = element?.getBoundingClientRect().top ?? 0;
    if (element && (top < 0 || top > window.innerHeight / 2)) element.scrollIntoView({ block: 'start' });
  }, [entry, isThere]);
}

/** The findings of stored results, each with a button to its entry. */
function Findings({ entries, place }: { readonly entries: readonly Entry[]; readonly place: PlaceStore }) {
  const found = entries.filter(({ finding }) => finding !== null);
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="findings" data-testid="findings">
      <h2 className={styles.group} id="findings">
        {words.findings}
      </h2>
      <ul className={styles.list}>
        {found.map(({ id, title, finding }) => (
          <li key={id} className={styles.found}>
            <span>{`${finding ?? ''} `}</span>
            <button type="button" className={styles.open} onClick={() => place.go({ view: 'atlas', entry: id })}>
              {title}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function AtlasView(props: AtlasViewProps) {
  const [list, again] = useFetched('claims/index.json', resultListSchema);
  const [wanted, setWanted] = useState<Wanted>({ search: '', status: null, stage: null });
  const results = list.state === 'there' ? list.value : null;
  const papers = useMemo(() => paperEntries(results ?? []), [results]);
  const others = useMemo(() => otherEntriesOf(results ?? []), [results]);
  const shown = fitting(papers, wanted);
  // These entries have no stage.
  const othersShown = fitting(others, { ...wanted, stage: null });
  useEntryInSight(props.place, results !== null);
  if (list.state === 'loading')
    return (
      <div className={styles.page}>
        <p role="status">{words.loading}</p>
      </div>
    );
  return (
    <div className={styles.page} data-testid="atlas">
      <h2 id={viewStart}>{words.title}</h2>
      <p className={styles.soft}>{words.about}</p>
      <Findings entries={[...papers, ...others]} place={props.place} />
      {list.state === 'failed' && <Failed reason={list.reason} onAgain={again} />}
      <AtlasFilters
        wanted={wanted}
        onChange={setWanted}
        shown={shown.length}
        all={papers.length}
        stages={[1, 2, 3, 4, 5, 6]}
        statuses={statuses.map((status) => ({
          status,
          count: papers.filter((paper) => paper.status === status).length,
        }))}
      />
      {shown.length === 0 && <p>{words.nothing}</p>}
      <Stages {...props} entries={shown} />
      {othersShown.length > 0 && (
        <section aria-labelledby="others">
          <h2 className={styles.group} id="others">
            {words.others}
          </h2>
          <Entries {...props} entries={othersShown} />
        </section>
      )}
    </div>
  );
}
