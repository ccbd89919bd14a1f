/**
 * @file The atlas: all papers with their status, and every stored result, whose arms can be trained in the playground.
 */
import { useEffect, useMemo, useState } from 'react';
import { Button } from '@mantine/core';
import { fitting, otherEntriesOf, paperEntries, type Entry, type Wanted } from '../../lessons/atlasEntries.ts';
import { statuses } from '../../lessons/status.ts';
import { armWords, resultListSchema, storedResultSchema } from '../../lessons/storedResult.ts';
import { AtlasEntry } from '../../ui/atlas/AtlasEntry.tsx';
import { AtlasFilters } from '../../ui/atlas/AtlasFilters.tsx';
import { ResultPanel } from '../../ui/atlas/ResultPanel.tsx';
import { RunHere } from '../../ui/atlas/RunHere.tsx';
import { atlasWords as words } from '../../ui/atlas/words.ts';
import { viewStart } from '../../ui/ViewNav.tsx';
import type { Place } from '../place.ts';
import { knownTasks } from '../../tasks/index.ts';
import type { Comparison } from '../stores/comparison.ts';
import { MOST_ARMS, MOST_SEEDS } from '../stores/comparisonPlan.ts';
import { seedsOf, storedPlan } from '../stores/comparisonStored.ts';
import { wantedConfig } from '../stores/guidedRuns.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';
import { useFetched } from './fetched.ts';
import styles from '../../ui/atlas/Atlas.module.css';

interface AtlasViewProps {
  readonly place: PlaceStore;
  readonly comparison: Comparison;
}

/** Steps of a run with these settings. */
const stepsOf = (settings: URLSearchParams): number => wantedConfig(settings, knownTasks).config.maxSteps;

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

function Result({ id, comparison }: { readonly id: string; readonly comparison: Comparison }) {
  const [result, again] = useFetched(`claims/${id}.json`, storedResultSchema);
  if (result.state === 'loading') return <p role="status">{words.loading}</p>;
  if (result.state === 'failed') return <Failed reason={result.reason} onAgain={again} />;
  const { value } = result;
  const armOf = (id: string) => value.arms.find(({ arm }) => arm === id);
  return (
    <ResultPanel
      result={value}
      runHere={
        <RunHere
          arms={value.arms.map(({ arm, title, note }) => ({
            arm,
            title,
            note,
            steps: stepsOf(armWords(value, armOf(arm) ?? { flags: [] })),
          }))}
          mostArms={MOST_ARMS}
          seedLists={Array.from({ length: MOST_SEEDS }, (_, index) => seedsOf(value.seeds, index + 1))}
          hrefOf={(arm) => `#${armWords(value, armOf(arm) ?? { flags: [] })}`}
          onRun={(id) => {
            const arm = armOf(id);
            if (arm) comparison.run(value, arm);
          }}
          onCompare={(chosen) => comparison.start(storedPlan(value, chosen))}
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

/** Scrolls to the entry of the address once it is rendered. */
function useEntryInSight(place: PlaceStore, isThere: boolean): void {
  useEffect(() => {
    const { entry } = place.getState();
    if (isThere && entry !== null) document.getElementById(`entry-${entry}`)?.scrollIntoView({ block: 'start' });
  }, [place, isThere]);
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
