/**
 * @file Two numbers of every arm against each other, with the exact frontier behind them: no policy can lie above it.
 * The table holds the same numbers.
 */
import { valueAxis } from '../charts/axis.ts';
import type { ArmView, MetricView, ParetoView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Figures.module.css';

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 52;
const BOTTOM = 40;
const TOP = 8;

interface Point {
  readonly id: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
}

/** Without points at 0 on a log scale. */
const pointsOf = (arms: readonly ArmView[], x: MetricView, y: MetricView, isLog: boolean): Point[] =>
  arms.flatMap(({ arm, title, metrics }) => {
    const [across, up] = [metrics[x.id], metrics[y.id]];
    if (!across || !up || (isLog && across.mean <= 0)) return [];
    return [{ id: arm, title, x: isLog ? Math.log10(across.mean) : across.mean, y: up.mean }];
  });

/** Places of values on both axes, in the units of the drawing. On a log scale x is the decimal logarithm. */
function scales(all: readonly { readonly x: number; readonly y: number }[], isLog: boolean) {
  const xs = all.map((point) => point.x);
  const x = valueAxis(isLog ? Math.min(...xs) : 0, Math.max(...xs), 6);
  const ys = all.map((point) => point.y);
  const y = valueAxis(Math.min(...ys), Math.max(...ys), 4);
  const share = (value: number, [low, high]: readonly [number, number]) => (value - low) / (high - low);
  return {
    x,
    y,
    atX: (value: number) => LEFT + share(value, x.domain) * (WIDTH - LEFT - TOP),
    atY: (value: number) => TOP + (1 - share(value, y.domain)) * (HEIGHT - BOTTOM - TOP),
  };
}

export function ParetoFigure({
  figure,
  arms,
  metrics,
}: {
  readonly figure: ParetoView;
  readonly arms: readonly ArmView[];
  readonly metrics: readonly MetricView[];
}) {
  const [x, y] = [figure.x, figure.y].map((id) => metrics.find((metric) => metric.id === id));
  const isLog = figure.scale === 'log';
  const points = x && y ? pointsOf(arms, x, y, isLog) : [];
  if (!x || !y || points.length === 0) return null;
  // The frontier beyond the arms says nothing about them.
  const most = 1.1 * Math.max(...points.map((point) => point.x));
  const line = (figure.frontier ?? []).map(([kl, reward]) => ({ x: kl, y: reward })).filter((point) => point.x <= most);
  const { x: across, y: up, atX, atY } = scales([...points, ...line], isLog);
  return (
    <figure className={styles.figure} data-testid="pareto">
      <figcaption>{words.pareto(y.title, x.title, line.length > 0)}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={words.pareto(y.title, x.title, line.length > 0)}>
        {up.ticks.map((tick) => (
          <g key={tick}>
            <line className={styles.grid} x1={LEFT} x2={WIDTH - TOP} y1={atY(tick)} y2={atY(tick)} />
            <text x={LEFT - 6} y={atY(tick)} textAnchor="end" dominantBaseline="middle">
              {tick.toFixed(up.decimals)}
            </text>
          </g>
        ))}
        {across.ticks.map((tick) => (
          <text
            key={tick}
            x={atX(tick)}
            y={HEIGHT - BOTTOM + 16}
            textAnchor={atX(tick) > WIDTH - BOTTOM ? 'end' : 'middle'}
          >
            {isLog ? Number((10 ** tick).toPrecision(2)) : tick.toFixed(across.decimals)}
          </text>
        ))}
        <text x={(LEFT + WIDTH) / 2} y={HEIGHT - 6} textAnchor="middle">
          {`${x.title}${x.unit === '' ? '' : `, ${x.unit}`}`}
        </text>
        <polyline
          className={styles.frontier}
          data-testid="frontier"
          points={line.map((point) => `${atX(point.x).toFixed(1)},${atY(point.y).toFixed(1)}`).join(' ')}
        />
        {points.map(({ id, title, x: kl, y: reward }, index) => (
          <g key={id} data-testid="pareto-point" data-arm={id}>
            <title>{title}</title>
            <circle cx={atX(kl)} cy={atY(reward)} r={9} />
            <text className={styles.number} x={atX(kl)} y={atY(reward)} textAnchor="middle" dominantBaseline="central">
              {index + 1}
            </text>
          </g>
        ))}
      </svg>
      <ol className={styles.names}>
        {points.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ol>
    </figure>
  );
}
