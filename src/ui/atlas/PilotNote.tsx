/** @file The pilot of a result in sentences: its seeds, the rates that it chose, and the power that it measured. */
import { showEffect } from './ArmFigure.tsx';
import type { ArmView, MetricView, PilotView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Atlas.module.css';

interface PilotNoteProps {
  readonly pilot: PilotView;
  readonly arms: readonly ArmView[];
  readonly metrics: readonly MetricView[];
}

export function PilotNote({ pilot: { seeds, sweep, power }, arms, metrics }: PilotNoteProps) {
  const titleOf = (id: string) => arms.find(({ arm }) => arm === id)?.title ?? id;
  const rates = Object.entries(sweep?.arms ?? {}).map(([arm, { chosen, tried }]) =>
    words.rate(
      titleOf(arm),
      chosen,
      tried.map(([rate]) => rate),
    ),
  );
  const metric = metrics.find(({ id }) => id === power?.metric);
  return (
    <p className={styles.soft} data-testid="pilot">
      {[
        words.pilotSeeds(seeds),
        ...(rates.length > 0 ? [words.rates(rates)] : []),
        ...(power && metric
          ? [
              words.power(
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
