/** @file Pilot and power of a result in sentences: seeds, chosen rates, and the seeds that tell two arms apart. */
import { showEffect } from './ArmFigure.tsx';
import type { ArmView, MetricView, PilotView, PowerView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Atlas.module.css';

interface PilotNoteProps {
  readonly pilot: PilotView | undefined;
  readonly power: PowerView | undefined;
  readonly arms: readonly ArmView[];
  readonly metrics: readonly MetricView[];
}

export function PilotNote({ pilot, power, arms, metrics }: PilotNoteProps) {
  const titleOf = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  const rates = Object.entries(pilot?.sweep?.arms ?? {}).map(([arm, { chosen, tried }]) =>
    words.rate(
      titleOf(arm),
      chosen,
      tried.map(([rate]) => rate),
    ),
  );
  const metric = metrics.find(({ id }) => id === power?.metric);
  if (!pilot && !power) return null;
  return (
    <p className={styles.soft} data-testid="pilot">
      {[
        ...(pilot && pilot.seeds.length > 0 ? [words.pilotSeeds(pilot.seeds)] : []),
        ...(rates.length > 0 ? [words.rates(rates)] : []),
        ...(power && metric
          ? [
              words.power(
                power.from,
                titleOf(power.of),
                titleOf(power.against),
                metric.title,
                showEffect(power.mean, metric),
                showEffect(power.deviation, metric),
                power.needed,
              ),
            ]
          : []),
      ].join(' ')}
    </p>
  );
}
