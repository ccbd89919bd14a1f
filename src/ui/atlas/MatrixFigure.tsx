/** @file Numbers by stage and task, a table for each arm, coloured by value. */
import { showEffect } from './ArmFigure.tsx';
import type { ArmView, MatrixView, MetricView } from './types.ts';
import { atlasWords as words } from './words.ts';
import styles from './Figures.module.css';

/** Percent of the colour at the largest number: text stays readable on it. */
const DARKEST = 60;

/** Share of the range of the figure’s numbers, 0 to 1. */
function shadeOf(values: readonly number[]): (value: number) => number {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => (high > low ? (value - low) / (high - low) : 0);
}

export function MatrixFigure({
  figure: { columns, rows },
  arms,
  metrics,
}: {
  readonly figure: MatrixView;
  readonly arms: readonly ArmView[];
  readonly metrics: readonly MetricView[];
}) {
  const meanOf = (arm: ArmView, id: string) => arm.metrics[id]?.mean;
  const all = arms.flatMap((arm) => rows.flatMap((row) => row.metrics.flatMap((id) => meanOf(arm, id) ?? [])));
  if (all.length === 0) return null;
  const shade = shadeOf(all);
  return (
    <figure className={styles.figure} data-testid="matrix">
      <figcaption>{words.matrix}</figcaption>
      <div className={styles.tables}>
        {arms.map((arm) => (
          <table key={arm.arm} data-arm={arm.arm}>
            <caption>{arm.title}</caption>
            <thead>
              <tr>
                <th scope="col">{words.matrixStage}</th>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.title}>
                  <th scope="row">{row.title}</th>
                  {row.metrics.map((id) => {
                    const metric = metrics.find((one) => one.id === id);
                    const mean = meanOf(arm, id);
                    return (
                      <td key={id} style={{ '--shade': `${Math.round(DARKEST * shade(mean ?? 0))}%` } as object}>
                        {metric && mean !== undefined ? showEffect(mean, metric) : words.none}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
    </figure>
  );
}
