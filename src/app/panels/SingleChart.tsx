/** @file One chart of the run with a list to choose another, for a presentation. */
import type { ReactNode } from 'react';
import { text } from '../../ui/text.ts';
import type { ChartSpec } from '../declaredCharts.ts';
import styles from '../App.module.css';

/** The id of the shown chart; where the run has none of that id, its first is shown. */
export interface Chosen {
  readonly id: string;
  readonly onChoose: (id: string) => void;
}

interface SingleChartProps extends Chosen {
  readonly specs: readonly ChartSpec[];
  readonly draw: (spec: ChartSpec) => ReactNode;
}

export function SingleChart({ specs, id, onChoose, draw }: SingleChartProps) {
  const spec = specs.find((one) => one.id === id) ?? specs[0];
  if (!spec) return null;
  return (
    <section className={styles.single} id="charts" aria-label={text.charts.name} tabIndex={-1}>
      <label>
        <span>{`${text.view.chosenChart} `}</span>
        <select value={spec.id} data-testid="single-chart" onChange={(event) => onChoose(event.currentTarget.value)}>
          {specs.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </select>
      </label>
      {draw(spec)}
    </section>
  );
}
