/**
 * @file The atlas: all papers with their status, and every stored result, whose arms can be trained in the playground.
 */
import { useEffect, useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { fitting, otherEntriesOf, paperEntries, type Entry, type Wanted } from '../../lessons/atlasEntries.ts';
import { statuses } from '../../lessons/status.ts';
import {
  armWords,
  basedOn,
  measuredElsewhere,
  resultListSchema,
  type StoredResult,
  storedResultSchema,
} from '../../lessons/storedResult.ts';
import { AtlasEntry } from '../../ui/atlas/AtlasEntry.tsx';
import { AtlasFilters } from '../../ui/atlas/AtlasFilters.tsx';
import { Minute } from '../../ui/atlas/Minute.tsx';
import { ResultPanel } from '../../ui/atlas/ResultPanel.tsx';
import { RunHere } from '../../ui/atlas/RunHere.tsx';
import { atlasWords as words } from '../../ui/atlas/words.ts';
import { viewStart } from '../../ui/ViewNav.tsx';
import type { Place } from '../place.ts';
import type { Comparison } from '../stores/comparison.ts';
import { MOST_ARMS, MOST_SEEDS, seedsOf } from '../stores/comparisonPlan.ts';
import { minuteOf, secondsFor, USUAL_SLOWNESS } from '../stores/liveMinute.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';
import { useFetched } from './fetched.ts';
import styles from '../../ui/atlas/Atlas.module.css';

interface AtlasViewProps {
  readonly place: PlaceStore;
  readonly comparison: Comparison;
}

const entryOf = (place: Place) => place.entry;

function Failed({ reason, onAgain }: { readonly reason: string; readonly onAgain: () => void }) {
  return (
    <p role="alert">
      <span>{`${words.failed(reason)} `}</span>
      <Button size="compact-sm" variant="default" onClick={onAgain}>
        {words.again}
      </Button>
    </p>
  );
}

/** The live version of a result; nothing for a result without one, or without the times of its arms. */
function LiveMinute({ value, comparison }: { readonly value: StoredResult; readonly comparison: Comparison }) {
  const { live, arms, seeds } = value;
  if (!live) return null;
  const slowness = comparison.slowness(value);
  const most = Math.min(...[live.of, live.against].map((arm) => comparison.stepsOf(value, arm)));
  const minute = minuteOf(value, most, slowness ?? USUAL_SLOWNESS);
  if (!minute) return null;
  const titleOf = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  return (
    <Minute
      arms={[titleOf(live.of), titleOf(live.against)]}
      recorded={live.curve ? titleOf(live.recorded) : null}
      seed={seeds[0] ?? 0}
      {...minute}
      isMeasured={slowness !== null}
      onStart={() => comparison.start(value, { arms: [live.of, live.against], seeds: 1, steps: minute.steps })}
    />
  );
}

function Result({ id, comparison }: { readonly id: string; readonly comparison: Comparison }) {
  const [result, again] = useFetched(`claims/${id}.json`, storedResultSchema);
  const [base, setBase] = useState<string>();
  if (result.state === 'loading') return <p role="status">{words.loading}</p>;
  if (result.state === 'failed') return <Failed reason={result.reason} onAgain={again} />;
  const value = basedOn(result.value, base);
  const armOf = (id: string) => value.arms.find(({ arm }) => arm === id);
  return (
    <ResultPanel
      result={result.value}
      minute={<LiveMinute value={value} comparison={comparison} />}
      runHere={
        <RunHere
          arms={value.arms.map(({ arm, title, note }) => ({ arm, title, note, steps: comparison.stepsOf(value, arm) }))}
          bases={value.policies}
          onBase={setBase}
          timeOf={(arms, seeds) => {
            const slowness = comparison.slowness(value);
            const seconds = secondsFor(value, arms, seeds, slowness ?? USUAL_SLOWNESS);
            return seconds === null ? null : { seconds, isMeasured: slowness !== null };
          }}
          elsewhere={measuredElsewhere(value)}
          mostArms={MOST_ARMS}
          seedLists={Array.from({ length: MOST_SEEDS }, (_, index) => seedsOf(value.seeds, index + 1))}
          hrefOf={(arm) => `#${armWords(value, armOf(arm) ?? { flags: [] })}`}
          onRun={(id) => {
            const arm = armOf(id);
            if (arm) comparison.run(value, arm);
          }}
          onCompare={(chosen) => comparison.start(value, chosen)}
        />
      }
    />
  );
}

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
