/**
 * @file One number of every arm as a dot with its interval, all on one axis; with several bases a dot for each. The
 * table behind it holds the same numbers.
 */
import { valueAxis } from '../charts/axis.ts';
import type { ArmView, EstimateView, MetricView } from './types.ts';
import { atlasWords } from './words.ts';
import styles from './Atlas.module.css';

const showNumber = (value: number, { digits }: MetricView): string => value.toFixed(digits).replace('-', '−');

export const showEffect = (value: number, metric: MetricView): string => {
  const number = showNumber(value, metric);
  return metric.unit === '' ? number : `${number}\u202f${metric.unit}`;
};

/** Both ends without unit; the mean before them has it. */
export const showInterval = ([low, high]: readonly [number, number], metric: MetricView): string =>
  atlasWords.interval(showNumber(low, metric), showNumber(high, metric));

/** The text of a dot for screen readers. */
function estimateText({ mean, interval }: EstimateView, metric: MetricView): string {
  const range = interval ? ` (${showInterval(interval, metric)})` : '';
  return `${showEffect(mean, metric)}${range}`;
}

/** One line of the figure: an arm, or an arm from one of several bases. */
interface Line {
  readonly arm: string;
  readonly base: string | null;
  readonly title: string;
  readonly estimate: EstimateView;
}

function linesOf(arms: readonly ArmView[], { id }: MetricView): Line[] {
  return arms.flatMap(({ arm, title, metrics }): Line[] => {
    const effect = metrics[id];
    if (!effect) return [];
    if (!effect.bases) return [{ arm, base: null, title, estimate: effect }];
    return Object.entries(effect.bases).map(([base, estimate]) => ({
      arm,
      base,
      title: atlasWords.ofBase(title, base),
      estimate,
    }));
  });
}

export function ArmFigure({ arms, metric }: { readonly arms: readonly ArmView[]; readonly metric: MetricView }) {
  const lines = linesOf(arms, metric);
  const ends = lines.flatMap(({ estimate: { mean, interval } }) => [mean, ...(interval ?? [])]);
  // The axis includes 0 where all numbers have the same sign.
  const axis = valueAxis(Math.min(0, ...ends), Math.max(0, ...ends), 5);
  const [low, high] = axis.domain;
  const at = (value: number) => `${(100 * (value - low)) / (high - low)}%`;
  const zero = low < 0 && high > 0 ? at(0) : null;
  return (
    <figure className={styles.figure} data-testid="arm-figure" data-metric={metric.id}>
      <figcaption>
        {atlasWords.figure(
          metric.title,
          lines.some(({ base }) => base !== null),
        )}
      </figcaption>
      <ul>
        {lines.map(({ arm, base, title, estimate: { mean, interval }, estimate }) => (
          <li key={`${arm} ${base ?? ''}`}>
            <span className={styles.armName}>{title}</span>
            <span className={styles.track} aria-hidden="true">
              {zero !== null && <i className={styles.zero} style={{ left: zero }} />}
              {interval && (
                <i
                  className={styles.whisker}
                  style={{ left: at(interval[0]), right: `calc(100% - ${at(interval[1])})` }}
                />
              )}
              <i
                className={styles.dot}
                data-testid="arm-dot"
                data-arm={arm}
                data-base={base ?? undefined}
                style={{ left: at(mean) }}
              />
            </span>
            <span className={styles.armValue}>{estimateText(estimate, metric)}</span>
          </li>
        ))}
      </ul>
      <div className={styles.axis} aria-hidden="true">
        <span>
          {axis.ticks.map((tick) => (
            <i key={tick} style={{ left: at(tick) }}>
              {tick.toFixed(axis.decimals).replace('-', '−')}
            </i>
          ))}
        </span>
      </div>
    </figure>
  );
}
