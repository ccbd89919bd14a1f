/** @file The river, wired to the run; its code is loaded after the page is on the screen. */
import { Suspense, useDeferredValue, useEffect, useState } from 'react';
import { useVisible } from '../../ui/charts/useVisible.ts';
import { useLit } from '../../ui/Lit.tsx';
import { loadedPart } from '../../ui/Part.tsx';
import { riverWords as words } from '../../ui/river/words.ts';
import { type RiverState, riverStoreOf } from '../stores/riverStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const RiverPanel = loadedPart('river', async () => (await import('../../ui/river/RiverPanel.tsx')).RiverPanel);

const statusOf = ({ status }: RunState) => status;
const all = (state: RiverState) => state;

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
  const [folded, setFolded] = useState<boolean | null>(null);
  const [ref, isVisible] = useVisible<HTMLDivElement>();
  const lit = useLit('river', ref);
  // A lesson that refers to the river opens it.
  const isFolded = folded ?? (isFoldedFirst && !lit['data-lit']);
  const isShown = useTabShown() && isVisible && !isFolded;
  // Its code comes after the first picture of the page.
  const isWanted = useDeferredValue(true, false);
  useEffect(() => (isShown ? store.watch() : undefined), [store, isShown]);
  const { frames, update, share } = state;
  const prompt = update?.river.prompt ?? null;
  const loading = <p>{words.loading}</p>;
  return (
    <div {...lit} className={styles.river} data-folded={isFolded}>
      <Suspense fallback={loading}>
        {isWanted ? (
          <RiverPanel
            frames={frames}
            update={update}
            note={noteOf(state, status)}
            share={share}
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
