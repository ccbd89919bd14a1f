/** @file Bars beside the tips: rewards, and the same bars from the group's mean on, as advantages. */
import { signColor } from './marks.ts';
import { middleOf, type Placed } from './place.ts';
import { meanReward, type AdvantageRule, type Arrival } from './update.ts';
import type { Phase, TravellerView } from './view.ts';
import { riverWords as words } from './words.ts';
import styles from './River.module.css';

interface BarsProps {
  readonly placed: Placed;
  readonly phase: Phase;
  readonly completions: readonly TravellerView[];
  readonly arrivals: ReadonlyMap<string, Arrival>;
  readonly rule: AdvantageRule;
  readonly hasAdvantages: boolean;
}

/** The numbers that bars are drawn from and to, and the range of the axis. */
interface Scale {
  readonly from: number;
  readonly low: number;
  readonly high: number;
  readonly valueOf: (arrival: Arrival) => number;
}

/** Centred advantages are drawn as rewards from the mean on; those of another rule as themselves from 0. */
function scaleOf({ phase, completions, rule }: BarsProps): Scale {
  const rewards = completions.map(({ reward }) => reward).filter(Number.isFinite);
  const isOwn = phase !== 'reward' && rule.kind === 'own';
  const values = isOwn ? completions.map(({ advantage }) => advantage) : rewards;
  return {
    from: isOwn || phase === 'reward' ? 0 : meanReward(completions),
    low: Math.min(0, ...values),
    high: Math.max(isOwn ? 0 : 1e-9, ...values),
    valueOf: ({ rewards: [, reward], advantages: [, advantage] }) => (isOwn ? advantage : reward),
  };
}

export function RiverBars(props: BarsProps) {
  const { placed, phase, arrivals, rule, hasAdvantages, completions } = props;
  const { unit, width, height, isNarrow, above } = placed;
  const isReward = phase === 'reward';
  if (!isReward && phase !== 'advantage' && phase !== 'push') return null;
  if (!isReward && !hasAdvantages) return null;
  const scale = scaleOf(props);
  const [left, right] = [width - 122 * unit, width - 46 * unit];
  const x = (value: number) => left + ((value - scale.low) / (scale.high - scale.low)) * (right - left);
  const axis = x(scale.from);
  const title = isReward ? words.titles.reward : words.titles.advantage;
  const mean = !isReward && rule.kind === 'centred' ? words.meanTitle(meanReward(completions)) : null;
  return (
    <g className={styles.bars}>
      <text x={width - 2 * unit} y={9 * unit} textAnchor="end" className={styles.soft}>
        {mean && !isNarrow ? `${mean}, ${title}` : title}
      </text>
      {!isNarrow && <line x1={axis} x2={axis} y1={above - 2 * unit} y2={height} data-mean={mean !== null} />}
      {[...arrivals.values()].map((arrival) => {
        const band = placed.layout.bands.get(arrival.key);
        if (!band) return null;
        const y = middleOf(band);
        const end = x(scale.valueOf(arrival));
        const color = isReward ? 'var(--reward)' : signColor(arrival.advantages[1]);
        return (
          <g key={arrival.key} fill={color} data-testid="river-bar" data-key={arrival.key}>
            {!isNarrow && (
              <rect
                y={y - 4 * unit}
                height={8 * unit}
                style={{ x: `${Math.min(axis, end)}px`, width: `${Math.abs(end - axis)}px` } as React.CSSProperties}
              />
            )}
            <text x={width - 2 * unit} y={y} textAnchor="end" fill={isReward ? 'var(--ink)' : undefined}>
              {isReward ? words.reward(arrival.rewards) : words.advantage(arrival.advantages)}
            </text>
          </g>
        );
      })}
    </g>
  );
}
