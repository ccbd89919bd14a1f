/** @file Where one is in the film or in an update, by keyboard, buttons and by itself. */
import { useEffect, useState, type RefObject } from 'react';
import { phases, type Phase } from './view.ts';

/** Milliseconds that a phase stays when the update plays by itself. */
const PHASE_TIME = 3200;

export type Mode = 'film' | 'update';

export interface Playback {
  readonly mode: Mode;
  readonly setMode: (mode: Mode) => void;
  readonly phase: Phase;
  /** Picture of the film. */
  readonly frame: number;
  readonly playing: boolean;
  readonly setPlaying: (on: boolean) => void;
  readonly go: (to: number) => void;
  readonly at: number;
  readonly last: number;
}

const stillWanted = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The target of a key in a row of places, or null for other keys. */
function targetOf(key: string, at: number, last: number): number | null {
  if (key === 'ArrowRight') return Math.min(last, at + 1);
  if (key === 'ArrowLeft') return Math.max(0, at - 1);
  return key === 'Home' ? 0 : key === 'End' ? last : null;
}

/** Whether a key is meant for the river: pressed in it, or an arrow while nothing else has the focus. */
function isForRiver(event: KeyboardEvent, panel: HTMLElement | null): boolean {
  const { target, key, altKey, ctrlKey, metaKey, defaultPrevented } = event;
  if (!panel || !(target instanceof Element) || altKey || ctrlKey || metaKey || defaultPrevented) return false;
  if (target instanceof HTMLInputElement) return false;
  // A button that was only clicked claims no key.
  const isFree = target === document.body || (target.tagName === 'BUTTON' && !target.matches(':focus-visible'));
  return panel.contains(target) || (isFree && key.startsWith('Arrow'));
}

/**
 * `update` names the update that can be shown, null if there is none. A single step is shown at once and plays by
 * itself, unless motion is unwelcome. The film follows its newest picture until one goes back.
 */
export function usePlayback(
  update: string | null,
  isSingle: boolean,
  frames: number,
  panel: RefObject<HTMLElement | null>,
): Playback {
  const [mode, setMode] = useState<Mode>(isSingle ? 'update' : 'film');
  const [place, setPlace] = useState(0);
  const [pinned, setPinned] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const [seen, setSeen] = useState(update);
  if (seen !== update) {
    setSeen(update);
    setMode(isSingle ? 'update' : 'film');
    setPlace(0);
    setPlaying(isSingle && !stillWanted());
  }
  const isFilm = mode === 'film' || update === null;
  const last = isFilm ? Math.max(0, frames - 1) : phases.length - 1;
  const at = isFilm ? Math.min(last, pinned ?? last) : place;
  useEffect(() => {
    if (!playing || isFilm) return undefined;
    const timer = setTimeout(() => (place < phases.length - 1 ? setPlace(place + 1) : setPlaying(false)), PHASE_TIME);
    return () => clearTimeout(timer);
  }, [playing, isFilm, place]);
  const go = (to: number) => {
    setPlaying(false);
    if (isFilm) setPinned(to >= last ? null : to);
    else setPlace(to);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const to = isForRiver(event, panel.current) ? targetOf(event.key, at, last) : null;
      if (to === null) return;
      event.preventDefault();
      go(to);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
  return {
    mode: isFilm ? 'film' : 'update',
    setMode: (to) => {
      setPlaying(false);
      setMode(to);
    },
    phase: phases[place] ?? 'sample',
    frame: at,
    playing: playing && !isFilm,
    setPlaying: (on) => {
      if (on && place === phases.length - 1) setPlace(0);
      setPlaying(on);
    },
    go,
    at,
    last,
  };
}
