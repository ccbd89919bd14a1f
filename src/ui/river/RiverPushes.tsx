/** @file Where the advantages go: lines back from the tips, and at each token how hard it is pushed up or down. */
import { formatSigned } from '../format.ts';
import { signColor } from './marks.ts';
import { flowLine, middleOf, spanOf, type Placed } from './place.ts';
import type { DrawnNode } from './tree.ts';
import type { Arrival, Push } from './update.ts';
import styles from './River.module.css';

interface PushesProps {
  readonly placed: Placed;
  readonly arrivals: ReadonlyMap<string, Arrival>;
  readonly pushes: ReadonlyMap<string, Push>;
}

/** Least distance of two tokens that has room for a number between them, in units. */
const ROOM = 44;

/** Whether the river divides before a token, so that a push there moves water from one branch to another. */
const divides = ({ parent }: DrawnNode): boolean =>
  parent !== null && parent.children.filter(({ kind }) => kind !== 'gathered').length > 1;

export function RiverPushes({ placed, arrivals, pushes }: PushesProps) {
  const { layout, columns, unit } = placed;
  const bands = [...layout.bands.values()];
  return (
    <g className={styles.pushes}>
      {[...arrivals.values()].map(({ key, advantages: [, advantage] }) => {
        const band = layout.bands.get(key);
        if (!band || advantage === 0) return null;
        return <path key={key} d={flowLine(placed, band.node)} stroke={signColor(advantage)} />;
      })}
      {bands.map((band) => {
        const push = pushes.get(band.node.key);
        if (!push || band.node.kind === 'end') return null;
        // The sum of float32 numbers that cancel.
        const net = Math.abs(push.net) < 1e-4 ? 0 : push.net;
        const [x, y] = [columns[band.node.depth] ?? 0, middleOf(band)];
        const [size, up] = [3.5 * unit, net > 0 ? -1 : 1];
        const edge = y + up * 7 * unit;
        const [, arrives] = spanOf(placed, band);
        return (
          <g key={band.node.key} fill={signColor(net)} data-testid="river-push" data-key={band.node.key}>
            {net !== 0 && <path d={`M${x - size} ${edge}L${x + size} ${edge}L${x} ${edge + up * size * 1.3}Z`} />}
            {divides(band.node) && x - (columns[band.node.depth - 1] ?? 0) > ROOM * unit && (
              <text x={arrives - 4 * unit} y={y} textAnchor="end">
                {formatSigned(net)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
