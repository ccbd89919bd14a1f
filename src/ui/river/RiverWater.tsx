/** @file The branches of the river and the tokens on them. */
import { memo, useId } from 'react';
import { ribbon } from './layout.ts';
import { plainWater, shortToken, waterColor } from './marks.ts';
import { middleOf, spanOf, type Placed } from './place.ts';
import type { DrawnNode } from './tree.ts';
import { riverWords as words } from './words.ts';
import styles from './River.module.css';

interface WaterProps {
  readonly placed: Placed;
  /** Before the verdicts all water has one colour. */
  readonly isJudged: boolean;
}

/** The colours of a branch from its parent to itself. */
const gradientOf = (node: DrawnNode, policy: number): readonly [string, string] => [
  waterColor(node.parent ?? node, policy),
  waterColor(node, policy),
];

export const RiverWater = memo(function RiverWater({ placed, isJudged }: WaterProps) {
  const id = useId().replaceAll(':', '');
  const bands = [...placed.layout.bands.values()];
  return (
    <g className={styles.water} data-judged={isJudged}>
      {bands.map((band) => {
        const { node, top, height } = band;
        if (!node.parent) {
          const width = placed.columns[0] ?? 0;
          return <rect key="source" x={0} y={top} width={width} height={height} fill={plainWater} />;
        }
        const [begins, arrives, ends] = spanOf(placed, band);
        const [from, to] = gradientOf(node, placed.policy);
        const name = `${id}-${node.key}`;
        return (
          <g key={node.key} data-kind={node.kind}>
            {isJudged && (
              <linearGradient id={name} gradientUnits="userSpaceOnUse" x1={begins} x2={ends} y1={0} y2={0}>
                <stop offset="0" stopColor={from} />
                <stop offset="1" stopColor={node.kind === 'gathered' ? from : to} />
              </linearGradient>
            )}
            <path
              d={ribbon(band, begins, arrives, ends)}
              fill={isJudged ? `url(#${name})` : plainWater}
              data-key={node.key}
              data-width={band.height}
            />
          </g>
        );
      })}
    </g>
  );
});

/** The prompt at the source, and the text of every token that has room. */
export const RiverTokens = memo(function RiverTokens({ placed, prompt }: { placed: Placed; prompt: string | null }) {
  const { layout, columns, characters, unit } = placed;
  const source = layout.bands.get(placed.root.key);
  return (
    <g className={styles.tokens}>
      {source && prompt !== null && (
        <>
          <text x={(columns[0] ?? 0) - 5 * unit} y={middleOf(source)} textAnchor="end">
            {prompt}
          </text>
          {source.height > 50 * unit && (
            <text
              className={styles.whole}
              x={(columns[0] ?? 0) - 5 * unit}
              y={middleOf(source) + 16 * unit}
              textAnchor="end"
            >
              {words.whole}
            </text>
          )}
        </>
      )}
      {[...layout.bands.values()].map((band) => {
        const { node } = band;
        if (!node.parent || node.kind === 'gathered' || node.kind === 'end') return null;
        return (
          <text
            key={node.key}
            textAnchor="middle"
            style={{ transform: `translate(${columns[node.depth]}px, ${middleOf(band)}px)` }}
          >
            {shortToken(node.text, Math.max(1, characters[node.depth] ?? 1))}
          </text>
        );
      })}
    </g>
  );
});
