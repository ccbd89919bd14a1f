/** @file The shown phase of an update, by keyboard, buttons and by itself; in the film the keys choose a step. */
import { useEffect, useState, type RefObject } from 'react';
import { phases, type Phase, type UpdateView } from './view.ts';

/** Milliseconds that a phase stays when the update plays by itself. */
const PHASE_TIME = 3200;

export type Mode = 'film' | 'update';

export interface Playback {
  readonly mode: Mode;
  readonly setMode: (mode: Mode) => void;
  readonly phase: Phase;
  /** Place of the phase. */
  readonly place: number;
  readonly last: number;
  readonly playing: boolean;
  readonly setPlaying: (on: boolean) => void;
  readonly go: (to: number) => void;
}

/** The update that can be shown, and the way to other steps in the film. */
interface Played {
  readonly update: UpdateView | null;
  readonly isPast: boolean;
  /** The phase that an open lesson is about: the update opens there and does not play; null without a lesson. */
  readonly held: Phase | null;
  /** Shows the film at another step of the run, so many later. */
  readonly onMove: ((by: number) => void) | null;
}

const stillWanted = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Places that a key goes forward. */
const moves: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

/** Whether a key is meant for the river: pressed in it, or in an update an arrow while nothing else has the focus. */
function isForRiver(event: KeyboardEvent, panel: HTMLElement | null, isUpdate: boolean): boolean {
  const { target, key, altKey, ctrlKey, metaKey, defaultPrevented } = event;
  if (!panel || !(target instanceof Element) || altKey || ctrlKey || metaKey || defaultPrevented) return false;
  if (target instanceof HTMLInputElement) return false;
  // A button that was only clicked claims no key.
  const isFree = target === document.body || (target.tagName === 'BUTTON' && !target.matches(':focus-visible'));
  return panel.contains(target) || (isUpdate && isFree && key.startsWith('Arrow'));
}

/**
 * A single step is shown at once and plays by itself, unless motion is unwelcome, it is an earlier one, or a lesson
 * holds a phase. An update that is asked for plays too. The keys go
 * through the phases of an update, and in the film through the steps of the run.
 */
export function usePlayback({ update, isPast, held, onMove }: Played, panel: RefObject<HTMLElement | null>): Playback {
  const isSingle = update?.isSingle ?? false;
  const isFirst = update !== null && (isSingle || held !== null);
  const first = held === null ? 0 : phases.indexOf(held);
  const name = update && `${update.step} ${update.river.prompt} ${held ?? ''}`;
  const [mode, setMode] = useState<Mode>(isFirst ? 'update' : 'film');
  const [place, setPlace] = useState(first);
  const [playing, setPlaying] = useState(false);
  const [seen, setSeen] = useState(name);
  if (seen !== name && (!isPast || held !== null)) {
    setSeen(name);
    setMode(isFirst ? 'update' : 'film');
    setPlace(first);
    setPlaying(isSingle && held === null && !stillWanted());
  }
  const isFilm = mode === 'film' || update === null;
  const last = phases.length - 1;
  useEffect(() => {
    if (!playing || isFilm) return undefined;
    const timer = setTimeout(() => (place < last ? setPlace(place + 1) : setPlaying(false)), PHASE_TIME);
    return () => clearTimeout(timer);
  }, [playing, isFilm, place, last]);
  const go = (to: number) => {
    setPlaying(false);
    setPlace(to);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const by = moves[event.key];
      if (by === undefined || !isForRiver(event, panel.current, !isFilm)) return;
      event.preventDefault();
      if (isFilm) onMove?.(by);
      else go(Math.max(0, Math.min(last, place + by)));
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  });
  return {
    mode: isFilm ? 'film' : 'update',
    setMode: (to) => {
      setMode(to);
      setPlace(first);
      setPlaying(to === 'update' && held === null && !stillWanted());
    },
    phase: phases[place] ?? 'sample',
    place,
    last,
    playing: playing && !isFilm,
    setPlaying: (on) => {
      if (on && place === last) setPlace(0);
      setPlaying(on);
    },
    go,
  };
}
