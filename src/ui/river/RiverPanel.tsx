/** @file The river: all answers of the policy to one prompt, as a film of the training and in one update's phases. */
import { useId, useRef, useState } from 'react';
import { filmCaption, phaseCaption } from './captions.ts';
import { Modes, Phases, Problem, ViewButtons } from './RiverControls.tsx';
import { RiverDrawing } from './RiverDrawing.tsx';
import { RiverTable } from './RiverTable.tsx';
import { usePlayback } from './playback.ts';
import type { Phase, RiverView, UpdateView } from './view.ts';
import { riverWords as words } from './words.ts';
import styles from './River.module.css';

export interface RiverPanelProps {
  /** The picture of the film. */
  readonly river: RiverView | null;
  readonly update: UpdateView | null;
  /** The label of a recorded run's river; null for the current run's. */
  readonly recorded?: string | null;
  /** An earlier step is shown: its update opens by itself only in a lesson. */
  readonly isPast: boolean;
  /** The phase that an open lesson is about. */
  readonly held?: Phase | null;
  /** The sentence where there is no river. */
  readonly note: string | null;
  /** Share of the training time that reading took; null before any. */
  readonly share: number | null;
  readonly isFolded: boolean;
  readonly onFold: (on: boolean) => void;
  /** Films the prompt of the update; null where it is filmed already. */
  readonly onPin: (() => void) | null;
  /** Shows another step of the run, so many later; null where that cannot be chosen. */
  readonly onMove: ((by: number) => void) | null;
}

export function RiverPanel(props: RiverPanelProps) {
  const { update, isPast, held = null, recorded = null, note, share, isFolded, onFold, onPin } = props;
  const heading = useId();
  const panel = useRef<HTMLElement>(null);
  const [isTable, setTable] = useState(false);
  const [gathered, setGathered] = useState<number | null>(null);
  const playback = usePlayback({ update, isPast, held, onMove: props.onMove }, panel);
  const shown = playback.mode === 'update' ? update : null;
  const river = shown?.river ?? props.river;
  const notDrawn = isTable ? null : gathered;
  const caption = shown ? phaseCaption(shown, playback.phase, notDrawn) : river ? filmCaption(river, notDrawn) : note;
  return (
    <section
      className={styles.river}
      data-testid="river"
      data-mode={playback.mode}
      data-phase={shown ? playback.phase : undefined}
      data-step={recorded === null ? river?.step : undefined}
      data-recorded={recorded === null ? undefined : river?.step}
      data-folded={isFolded}
      data-share={share ?? undefined}
      aria-labelledby={heading}
      ref={panel}
    >
      <header className={styles.head}>
        <h2 id={heading} title={words.summary}>
          {words.name}
        </h2>
        {river && <Problem river={river} />}
        <ViewButtons isTable={isTable} onTable={setTable} isFolded={isFolded} onFold={onFold} />
      </header>
      {!isFolded && (
        <>
          {river && isTable ? (
            <RiverTable river={river} completions={shown?.completions ?? []} />
          ) : river ? (
            <RiverDrawing
              river={river}
              phase={shown ? playback.phase : null}
              onGathered={setGathered}
              {...(shown ? { completions: shown.completions, hasAdvantages: shown.hasAdvantages } : {})}
            />
          ) : (
            <div className={styles.drawing} />
          )}
          {river && (
            <div className={styles.foot}>
              <Modes playback={playback} hasUpdate={update !== null} onPin={shown ? onPin : null} />
              {shown && <Phases playback={playback} />}
            </div>
          )}
          <p className={styles.caption} aria-live={shown ? 'polite' : 'off'} data-testid="river-caption">
            {recorded !== null && <span>{recorded}</span>}
            {note && river && <span>{note}</span>}
            <span>{caption}</span>
            {!shown && share !== null && <span>{words.cost(share)}</span>}
          </p>
        </>
      )}
    </section>
  );
}
