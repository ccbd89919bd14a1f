/** @file A walk on a square map. Units of the drawing: one cell is 20 wide. */
import { type GridView, sceneName } from './scene.ts';
import styles from './Scenes.module.css';

const CELL = 20;
const center = (index: number): number => index * CELL + CELL / 2;

function MapCell({
  kind,
  row,
  column,
}: {
  readonly kind: GridView['cells'][number][number];
  readonly row: number;
  readonly column: number;
}) {
  const [x, y] = [center(column), center(row)];
  return (
    <>
      <rect className={styles.ice} x={column * CELL} y={row * CELL} width={CELL} height={CELL} />
      {kind === 'hole' && <circle className={styles.hole} cx={x} cy={y} r={CELL * 0.34} />}
      {kind === 'start' && (
        <rect className={styles.start} x={x - CELL * 0.2} y={y - CELL * 0.2} width={CELL * 0.4} height={CELL * 0.4} />
      )}
      {kind === 'goal' && <path className={styles.goal} d={`M ${x - 4} ${y + 6} v -12 l 9 3.5 l -9 3.5`} />}
    </>
  );
}

/** A dot where the walk ends well, a cross where it does not. */
function Ending({
  place: [row, column],
  isGoal,
}: {
  readonly place: readonly [number, number];
  readonly isGoal: boolean;
}) {
  const [x, y] = [center(column), center(row)];
  return isGoal ? (
    <circle className={styles.walkEnd} cx={x} cy={y} r={3} />
  ) : (
    <path className={styles.walkCross} d={`M ${x - 4} ${y - 4} l 8 8 m 0 -8 l -8 8`} />
  );
}

export function GridScene({ scene }: { readonly scene: GridView }) {
  const { cells, path, ending } = scene;
  const side = cells.length * CELL;
  const end = path.at(-1);
  return (
    <svg className={styles.grid} role="img" aria-label={sceneName(scene)} viewBox={`-1 -1 ${side + 2} ${side + 2}`}>
      {cells.map((kinds, row) =>
        kinds.map((kind, column) => <MapCell key={`${row} ${column}`} kind={kind} row={row} column={column} />),
      )}
      <polyline
        className={styles.walk}
        points={path.map(([row, column]) => `${center(column)},${center(row)}`).join(' ')}
      />
      {end && <Ending place={end} isGoal={ending === 'goal'} />}
    </svg>
  );
}
