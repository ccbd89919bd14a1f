/**
 * @file Given, expected and written strings, character over character. Units of the drawing: a character is 11 wide, a
 * row 17 high.
 */
import { text } from '../text.ts';
import { inLetters, sceneName, shortened, type StringsView } from './scene.ts';
import styles from './Scenes.module.css';

const WIDTH = 11;
const ROW = 17;
const LABEL = 6.8;

interface Row {
  readonly label: string;
  readonly text: string;
  /** The expected string, where the row is judged. */
  readonly expected?: string;
}

function rowsOf({ given, expected, written }: StringsView): Row[] {
  return [
    ...given,
    { label: text.scenes.expected, text: expected },
    { label: text.scenes.written, text: shortened(written), expected },
  ];
}

function Characters({
  row: { text: characters, expected },
  x,
  y,
}: {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
}) {
  return [...characters].map((character, i) => {
    const isWrong = expected !== undefined && expected.charAt(i) !== character;
    return (
      <g key={i} className={isWrong ? styles.wrong : undefined}>
        <text className={styles.character} x={x + i * WIDTH + WIDTH / 2} y={y + 12} textAnchor="middle">
          {character}
        </text>
        {isWrong && <rect x={x + i * WIDTH + 1.5} y={y + 14} width={WIDTH - 3} height={2} />}
      </g>
    );
  });
}

export function StringsScene({ scene }: { readonly scene: StringsView }) {
  const rows = rowsOf(scene);
  const left = Math.max(...rows.map(({ label }) => label.length)) * LABEL + 8;
  const width = left + Math.max(...rows.map((row) => row.text.length), 1) * WIDTH + 18;
  const isRight = scene.written === scene.expected;
  return (
    <svg
      className={styles.rows}
      role="img"
      aria-label={sceneName(scene)}
      viewBox={`0 0 ${width} ${rows.length * ROW + 2}`}
      style={inLetters(width)}
    >
      {rows.map((row, i) => (
        <g key={i}>
          <text className={styles.label} x={left - 8} y={i * ROW + 12} textAnchor="end">
            {row.label}
          </text>
          <Characters row={row} x={left} y={i * ROW} />
        </g>
      ))}
      <text
        className={isRight ? styles.right : styles.wrong}
        x={left + shortened(scene.written).length * WIDTH + 5}
        y={(rows.length - 1) * ROW + 12}
      >
        {isRight ? '✓' : '✗'}
      </text>
    </svg>
  );
}
