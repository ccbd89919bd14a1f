/** @file The ends of the river: stamps of the verifier, probabilities, the group's completions, and their bars. */
import { formatShare } from '../format.ts';
import { signColor, verdictOf, verdictText } from './marks.ts';
import { flowLine, middleOf, spanOf, type Placed } from './place.ts';
import type { Band } from './layout.ts';
import type { Arrival } from './update.ts';
import type { Phase } from './view.ts';
import { riverWords as words } from './words.ts';
import styles from './River.module.css';

export interface TipsProps {
  readonly placed: Placed;
  /** Null in the film. */
  readonly phase: Phase | null;
  readonly arrivals: ReadonlyMap<string, Arrival>;
}

/** Most completions at one tip that are drawn singly. */
const singly = (isNarrow: boolean): number => (isNarrow ? 1 : 3);

function Stamp({ placed, band, isJudged }: { placed: Placed; band: Band; isJudged: boolean }) {
  const radius = Math.min(7 * placed.unit, placed.lane / 2);
  const verdict = verdictOf(band.node);
  const shown = isJudged ? verdict : 'open';
  return (
    <g className={styles.stamp} data-verdict={shown} data-stamped={isJudged}>
      <circle r={radius} />
      <text textAnchor="middle">{shown === 'gathered' ? '' : words.marks[shown]}</text>
      <title>{verdictText[shown]}</title>
    </g>
  );
}

/** The probability of a tip; in the last phase also before the update. */
function Probability({ placed, band, phase }: { placed: Placed; band: Band; phase: Phase | null }) {
  const { probabilities } = band.node;
  const [before = 0] = probabilities;
  const after = probabilities.at(-1) ?? 0;
  if (phase !== 'shift' || probabilities.length < 2)
    return <tspan>{formatShare(probabilities[placed.policy] ?? 0)}</tspan>;
  return (
    <>
      {!placed.isNarrow && <tspan className={styles.soft}>{`${words.percent(before)} → `}</tspan>}
      <tspan>{`${words.percent(after)}\u202f%`}</tspan>
      <tspan fill={signColor(Math.round(1000 * (after - before)))} dx={4 * placed.unit}>
        {words.points(after - before)}
      </tspan>
    </>
  );
}

/** In the first phase the group's completions run down the river, one after the other. */
export function RiverRunners({ placed, arrivals }: Pick<TipsProps, 'placed' | 'arrivals'>) {
  return (
    <g>
      {[...arrivals.values()].flatMap(({ key, numbers }) => {
        const band = placed.layout.bands.get(key);
        const route = band && `path("${flowLine(placed, band.node)}")`;
        return numbers.map((number) => (
          <circle
            key={number}
            className={styles.runner}
            r={5 * placed.unit}
            style={{ offsetPath: route, animationDelay: `${(number - 1) * 140}ms` }}
          />
        ));
      })}
    </g>
  );
}

/** The numbered completions of the group at a tip. */
function Travellers({ placed, arrival }: { readonly placed: Placed; readonly arrival: Arrival }) {
  const { unit, isNarrow, lane } = placed;
  const radius = Math.min(8 * unit, lane / 2);
  const most = singly(isNarrow);
  const chips = arrival.numbers.length <= most ? arrival.numbers : [];
  return (
    <g className={styles.travellers} data-testid="river-arrival" data-numbers={arrival.numbers.join(' ')}>
      {chips.map((number, i) => (
        <g key={number} style={{ transform: `translateX(${i * 18 * unit}px)` }}>
          <circle r={radius} />
          <text textAnchor="middle">{number}</text>
        </g>
      ))}
      {chips.length === 0 && (
        <g>
          <rect x={-9 * unit} y={-radius} width={28 * unit} height={2 * radius} rx={radius} />
          <text x={5 * unit} textAnchor="middle">
            {words.times(arrival.numbers.length)}
          </text>
        </g>
      )}
    </g>
  );
}

/** One finished or gathered branch with its label. */
function Tip({ placed, band, phase, arrival }: TipsProps & { readonly band: Band; readonly arrival: Arrival | null }) {
  const { unit, isNarrow } = placed;
  const [, , ends] = spanOf(placed, band);
  const isGathered = band.node.kind === 'gathered';
  if (isGathered && band.height < 12 * unit) return null;
  // On a phone the last token is close to the stamp.
  const x = isNarrow && !isGathered ? ends + 4 * unit : ends;
  const move = { transform: `translate(${x}px, ${middleOf(band)}px)` };
  if (isGathered)
    return (
      <text className={styles.soft} style={move} dx={5 * unit}>
        {`${words.gathered} ${formatShare(band.node.probabilities[placed.policy] ?? 0)}`}
      </text>
    );
  const shift = phase === 'shift' ? (isNarrow ? 92 : 158) : isNarrow ? 62 : 66;
  return (
    <g style={move} className={styles.tip} data-testid="river-tip" data-key={band.node.key}>
      <Stamp placed={placed} band={band} isJudged={phase !== 'sample'} />
      <text x={12 * unit} className={styles.strong}>
        <Probability placed={placed} band={band} phase={phase} />
      </text>
      {phase && arrival && (!isNarrow || phase === 'sample') && (
        <g style={{ transform: `translateX(${shift * unit}px)` }}>
          <Travellers placed={placed} arrival={arrival} />
        </g>
      )}
    </g>
  );
}

export function RiverTips({ placed, phase, arrivals }: TipsProps) {
  const { bands } = placed.layout;
  const tips = [...bands.values()].filter(({ node }) => node.children.length === 0);
  const hidden = [...arrivals.values()].filter(({ key }) => !bands.has(key)).flatMap(({ numbers }) => numbers);
  return (
    <g className={styles.tips}>
      {phase && hidden.length > 0 && (
        <text className={styles.soft} y={9 * placed.unit} data-testid="river-hidden">
          {words.hidden(hidden)}
        </text>
      )}
      {tips.map((band) => (
        <Tip
          key={band.node.key}
          placed={placed}
          band={band}
          phase={phase}
          arrivals={arrivals}
          arrival={arrivals.get(band.node.key) ?? null}
        />
      ))}
    </g>
  );
}
