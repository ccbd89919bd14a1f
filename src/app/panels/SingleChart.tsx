/** @file One chart of the run with a list to choose another, for a presentation. */
import type { Elements } from '../../ui/elements.ts';
import { text } from '../../ui/text.ts';
import type { ChartSpec } from '../declaredCharts.ts';
import styles from '../App.module.css';

/** The id of the shown chart. */
export interface Chosen {
  readonly id: string;
  readonly onChoose: (id: string) => void;
}

interface SingleChartProps extends Chosen {
  readonly specs: readonly ChartSpec[];
  readonly children: Elements;
}

export function SingleChart({ specs, id, onChoose, children }: SingleChartProps) {
  return (
    <section className={styles.single} id="charts" aria-label={text.charts.name} tabIndex={-1}>
      <label>
        <span>{`${text.view.chosenChart} `}</span>
        <select value={id} data-testid="single-chart" onChange={(event) => onChoose(event.currentTarget.value)}>
          {specs.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </select>
      </label>
      {children}
    </section>
  );
}
