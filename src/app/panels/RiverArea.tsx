/** @file The river, wired to the run; its code is loaded after the page is on the screen. */
import { Suspense, useDeferredValue, useEffect, useMemo, useState } from 'react';
import type { River } from '../../rl/river/river.ts';
import { useHidden } from '../../ui/Hideable.tsx';
import { useVisible } from '../../ui/charts/useVisible.ts';
import { useLit } from '../../ui/Lit.tsx';
import { loadedPart } from '../../ui/Part.tsx';
import type { RiverPanelProps } from '../../ui/river/RiverPanel.tsx';
import { text } from '../../ui/text.ts';
import { riverWords as words } from '../../ui/river/words.ts';
import { type RiverState, riverStoreOf } from '../stores/riverStore.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { recorded, type RecordedState } from '../stores/recorded.ts';
import { openPart } from '../stores/viewStore.ts';
import type { ViewedState, Viewing } from '../stores/viewing.ts';
import { useSampled, useStore } from '../useSampled.ts';
import styles from '../App.module.css';

const RiverPanel = loadedPart('river', async () => (await import('../../ui/river/RiverPanel.tsx')).RiverPanel);

const statusOf = ({ status }: RunState) => status;
const isNewOf = ({ step, status }: RunState) => step === 0 && status !== 'running';
const viewOf = (state: ViewedState) => state;
const all = (state: RiverState) => state;
const recordedOf = (state: RecordedState) => state;

/** Of these pictures that of a step, else the newest before it. */
const frameAt = <T extends { readonly step: number }>(frames: readonly T[], step: number): T | null =>
  frames.find((frame) => frame.step === step) ?? frames.findLast((frame) => frame.step < step) ?? null;

/** The river of the recorded run at its drawn step; none once the live run has steps. */
function useRecorded(run: RunStore): Pick<RiverPanelProps, 'river' | 'recorded'> | null {
  const { run: tape, scene, shown } = useStore(recorded, recordedOf);
  const isNew = useStore(run, isNewOf);
  return useMemo(() => {
    if (!tape || !scene || !isNew) return null;
    const river = frameAt(scene.rivers, shown) ?? scene.rivers[0] ?? null;
    return { river, recorded: text.charts.recordedOf(tape.date, tape.seed) };
  }, [tape, scene, shown, isNew]);
}

interface RiverAreaProps {
  readonly run: RunStore;
  readonly viewing: Viewing;
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
function noteOf(
  { error }: RiverState,
  river: River | null,
  status: RunState['status'],
  viewed: number | null,
): string | null {
  if (error !== null) return words.failed(error);
  if (river) return null;
  if (viewed !== null) return words.rebuilt;
  return status === 'running' || status === 'pausing' ? words.first : words.loading;
}

/** The river of the run or, at a viewed step, of the run that was rebuilt there; until then the film as far as it was read. */
function useRiver({ run, viewing }: RiverAreaProps) {
  const { step: viewed, past } = useSampled(viewing, viewOf, 50);
  const ahead = riverStoreOf(run);
  const behind = viewed !== null && past ? riverStoreOf(past, ahead) : null;
  const film = useStore(ahead, all);
  const state = useStore(behind ?? ahead, all);
  const status = useStore(run, statusOf);
  const frames = viewed === null ? film.frames : [...film.frames, ...state.frames].toSorted((a, b) => a.step - b.step);
  const river = viewed === null ? (film.frames.at(-1) ?? null) : frameAt(frames, viewed);
  return {
    store: behind ?? ahead,
    viewed,
    river,
    update: viewed === null || state.update?.step === viewed ? state.update : null,
    note: noteOf(state, river, status, viewed),
    share: viewed === null ? film.share : null,
    failed: state.error !== null,
    film(prompt: string) {
      ahead.film(prompt);
      behind?.film(prompt);
    },
  };
}

export function RiverArea(props: RiverAreaProps) {
  const { run, viewing, isFoldedFirst } = props;
  const { store, viewed, river, update, note, share, film, failed } = useRiver(props);
  const tape = useRecorded(run);
  const held = useStore(openPart).phase;
  const [folded, setFolded] = useState<boolean | null>(null);
  const [ref, isVisible] = useVisible<HTMLDivElement>();
  const lit = useLit('river', ref);
  // A lesson that refers to the river opens it.
  const isFolded = folded ?? (isFoldedFirst && !lit['data-lit']);
  const isShown = useTabShown() && isVisible && !isFolded;
  const isTimeHidden = useHidden().has('time');
  // Its code comes after the first picture of the page.
  const isWanted = useDeferredValue(true, false);
  useEffect(() => (isShown ? store.watch() : undefined), [store, isShown]);
  const move = (by: number) => {
    const { step } = run.getState();
    const to = Math.max(0, (viewing.getState().step ?? step) + by);
    viewing.look(to >= step ? null : to);
  };
  const prompt = update?.river.prompt ?? null;
  const isRecorded = river === null && !failed && tape !== null;
  const loading = <p>{words.loading}</p>;
  return (
    <div {...lit} className={styles.river} data-folded={isFolded}>
      <Suspense fallback={loading}>
        {isWanted ? (
          <RiverPanel
            river={river}
            update={update}
            isPast={viewed !== null}
            held={held}
            note={note}
            share={share}
            {...(isRecorded ? { ...tape, note: null } : {})}
            isFolded={isFolded}
            onFold={setFolded}
            onPin={prompt !== null && prompt !== river?.prompt ? () => film(prompt) : null}
            onMove={isTimeHidden ? null : move}
          />
        ) : (
          loading
        )}
      </Suspense>
    </div>
  );
}
