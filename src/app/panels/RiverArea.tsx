/** @file The river, wired to the run; its code is loaded after the page is on the screen. */
import { Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useVisible } from '../../ui/charts/useVisible.ts';
import { loadedPart } from '../../ui/Part.tsx';
import type { RiverPanelProps } from '../../ui/river/RiverPanel.tsx';
import { text } from '../../ui/text.ts';
import { riverWords as words } from '../../ui/river/words.ts';
import { type RiverState, riverStoreOf } from '../stores/riverStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { recorded, type RecordedState } from '../stores/recorded.ts';
import { useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const RiverPanel = loadedPart('river', async () => (await import('../../ui/river/RiverPanel.tsx')).RiverPanel);

const statusOf = ({ status }: RunState) => status;
const isNewOf = ({ step, status }: RunState) => step === 0 && status !== 'running';
const all = (state: RiverState) => state;
const recordedOf = (state: RecordedState) => state;

/** The rivers of the recorded run up to its drawn step; none once the live run has steps. */
function useRecorded(run: RunStore): Pick<RiverPanelProps, 'frames' | 'recorded'> | null {
  const { run: tape, scene, shown } = useStore(recorded, recordedOf);
  const isNew = useStore(run, isNewOf);
  return useMemo(() => {
    if (!tape || !scene || !isNew) return null;
    const frames = scene.rivers.filter(({ step }, at) => at === 0 || step <= shown);
    return { frames, recorded: text.charts.recordedOf(tape.date, tape.seed) };
  }, [tape, scene, shown, isNew]);
}

interface RiverAreaProps {
  readonly run: RunStore;
  readonly isFoldedFirst: boolean;
}

/** Whether the tab is in front. */
function useTabShown(): boolean {
  const [isShown, setShown] = useState(() => !document.hidden);
  useEffect(() => {
    const look = () => setShown(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return isShown;
}

/** The sentence where there is no river yet, or none at all. */
function noteOf({ error, frames }: RiverState, status: RunState['status']): string | null {
  if (error !== null) return words.failed(error);
  if (frames.length > 0) return null;
  return status === 'running' || status === 'pausing' ? words.first : words.loading;
}

export function RiverArea({ run, isFoldedFirst }: RiverAreaProps) {
  const store = riverStoreOf(run);
  const state = useStore(store, all);
  const status = useStore(run, statusOf);
  const tape = useRecorded(run);
  const [isFolded, setFolded] = useState(isFoldedFirst);
  const [ref, isVisible] = useVisible<HTMLDivElement>();
  const isShown = useTabShown() && isVisible && !isFolded;
  // Its code comes after the first picture of the page.
  const isWanted = useDeferredValue(true, false);
  useEffect(() => {
    store.show(isShown);
    return () => store.show(false);
  }, [store, isShown]);
  const { frames, update, share } = state;
  const prompt = update?.river.prompt ?? null;
  const isRecorded = frames.length === 0 && state.error === null && tape !== null;
  const loading = <p>{words.loading}</p>;
  return (
    <div ref={ref} className={styles.river} data-folded={isFolded}>
      <Suspense fallback={loading}>
        {isWanted ? (
          <RiverPanel
            frames={frames}
            update={update}
            note={noteOf(state, status)}
            share={share}
            {...(isRecorded ? { ...tape, note: null } : {})}
            isFolded={isFolded}
            onFold={setFolded}
            onPin={prompt !== null && prompt !== frames[0]?.prompt ? () => store.film(prompt) : null}
          />
        ) : (
          loading
        )}
      </Suspense>
    </div>
  );
}
