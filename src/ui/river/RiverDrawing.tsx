/** @file The drawing of a river: water, tokens, tips, and in an update what its phase adds. */
import { useLayoutEffect, useMemo } from 'react';
import { useSize } from '../charts/useVisible.ts';
import { type Extent, placeRiver, promptWidth } from './place.ts';
import { RiverBars } from './RiverBars.tsx';
import { RiverPushes } from './RiverPushes.tsx';
import { RiverRunners, RiverTips } from './RiverTips.tsx';
import { RiverTokens, RiverWater } from './RiverWater.tsx';
import { sharesOf } from './tree.ts';
import { arrivalsOf, pushesOf, ruleOf } from './update.ts';
import type { Phase, RiverView, TravellerView } from './view.ts';
import { riverWords as words } from './words.ts';
import styles from './River.module.css';

const nobody: readonly TravellerView[] = [];

interface RiverDrawingProps {
  readonly river: RiverView;
  /** Null in the film. */
  readonly phase: Phase | null;
  readonly completions?: readonly TravellerView[];
  readonly hasAdvantages?: boolean;
  /** Hears which probability is gathered in the drawing. */
  readonly onGathered?: (share: number) => void;
}

/** The drawing in some size. */
export function RiverPicture(props: RiverDrawingProps & { readonly extent: Omit<Extent, 'labels'> }) {
  const { river, phase, completions = nobody, hasAdvantages = true, extent, onGathered } = props;
  const arrivals = useMemo(() => arrivalsOf(completions), [completions]);
  const pushes = useMemo(() => pushesOf(completions), [completions]);
  const rule = useMemo(() => ruleOf(completions), [completions]);
  // Before the update's last phase the river is that which the completions were sampled from.
  const policy = river.hasBefore && (phase === null || phase === 'shift') ? 1 : 0;
  const labels = phase === null ? 'film' : 'update';
  const placed = useMemo(
    () => placeRiver(river, policy, { ...extent, labels }, new Set(arrivals.keys())),
    [river, policy, extent, labels, arrivals],
  );
  const shares = placed && sharesOf(placed.root, policy);
  const gathered = shares?.gathered ?? 1;
  // Before the picture is painted, so that the sentence below never speaks of the one before it.
  useLayoutEffect(() => onGathered?.(gathered), [gathered, onGathered]);
  if (!placed || !shares) return null;
  return (
    <svg
      width={placed.width}
      height={placed.height}
      role="img"
      aria-label={words.drawingName(river.prompt, shares)}
      data-testid="river-drawing"
      data-scale={placed.layout.scale}
    >
      <RiverWater placed={placed} isJudged={phase !== 'sample'} />
      {phase === 'push' && hasAdvantages && <RiverPushes placed={placed} arrivals={arrivals} pushes={pushes} />}
      <RiverTokens placed={placed} prompt={promptWidth(river, placed) > 0 ? river.prompt : null} />
      {phase === 'sample' && <RiverRunners placed={placed} arrivals={arrivals} />}
      <RiverTips placed={placed} phase={phase} arrivals={arrivals} />
      {phase && (
        <RiverBars
          placed={placed}
          phase={phase}
          completions={completions}
          arrivals={arrivals}
          rule={rule}
          hasAdvantages={hasAdvantages}
        />
      )}
    </svg>
  );
}

export function RiverDrawing(props: RiverDrawingProps) {
  const [ref, size] = useSize<HTMLDivElement>();
  const extent = useMemo(() => size && { width: size.width, height: size.height, unit: size.rem / 16 }, [size]);
  return (
    <div className={styles.drawing} ref={ref} translate="no">
      {extent && <RiverPicture {...props} extent={extent} />}
    </div>
  );
}
