/**
 * @file A computation line by line: the expression, the written value and the expected one. A row is 17 high.
 */
import { text } from '../text.ts';
import { inLetters, sceneName, shortened, type StepsView } from './scene.ts';
import styles from './Scenes.module.css';

const ROW = 17;
const CHARACTER = 7.3;

type Step = StepsView['steps'][number];

function Line({
  step: { label, written, expected },
  x,
  y,
}: {
  readonly step: Step;
  readonly x: number;
  readonly y: number;
}) {
  const shown = shortened(written) || '–';
  const isRight = written === expected;
  const judged = x + 22 + shown.length * CHARACTER;
  return (
    <g>
      <text className={styles.code} x={x} y={y} textAnchor="end">
        {label}
      </text>
      <text className={styles.label} x={x + 5} y={y}>
        →
      </text>
      <text className={styles.code} x={x + 19} y={y}>
        {shown}
      </text>
      {expected !== undefined && (
        <text className={isRight ? styles.right : styles.wrong} x={judged} y={y}>
          {isRight ? '✓' : text.scenes.shouldBe(expected)}
        </text>
      )}
    </g>
  );
}

export function StepsScene({ scene }: { readonly scene: StepsView }) {
  const { steps } = scene;
  const x = Math.max(...steps.map(({ label }) => label.length)) * CHARACTER + 2;
  const width =
    x +
    22 +
    Math.max(...steps.map(({ written, expected = '' }) => shortened(written).length + expected.length + 4)) * CHARACTER;
  return (
    <svg
      className={styles.rows}
      role="img"
      aria-label={sceneName(scene)}
      viewBox={`0 0 ${width} ${steps.length * ROW + 2}`}
      style={inLetters(width)}
    >
      {steps.map((step, i) => (
        <Line key={i} step={step} x={x} y={i * ROW + 13} />
      ))}
    </svg>
  );
}
