/** @file The levels of a link with a small picture of the page that its receiver sees. */
import { useId } from 'react';
import { text } from '../text.ts';
import { type PreviewView, shareLevels, type ShareLevel } from './view.ts';
import styles from './Share.module.css';

export interface LevelChoiceProps {
  /** Null for a layout of single choices. */
  readonly level: ShareLevel | null;
  readonly preview: PreviewView;
  /** Charts of a presentation, and the chosen one; null outside a presentation. */
  readonly charts: readonly { readonly id: string; readonly title: string }[];
  readonly chart: string | null;
  readonly onLevel: (level: ShareLevel) => void;
  readonly onChart: (id: string) => void;
}

const words = text.share;

/** A picture of the page: one box for each part, in its column. */
function Preview({ preview }: Pick<LevelChoiceProps, 'preview'>) {
  const columns = (['left', 'middle', 'right'] as const).filter((column) => preview[column].length > 0);
  const parts = columns.flatMap((column) => preview[column]);
  return (
    <figure className={styles.preview} data-testid="share-preview" data-large={preview.isLarge || undefined}>
      <figcaption>{words.preview.title}</figcaption>
      <div role="img" aria-label={words.preview.parts([words.preview.transport, ...parts])}>
        <b>{words.preview.transport}</b>
        <div>
          {columns.map((column) => (
            <ul key={column} data-column={column}>
              {preview[column].map((part) => (
                <li key={part}>{part}</li>
              ))}
            </ul>
          ))}
        </div>
      </div>
    </figure>
  );
}

export function LevelChoice({ level, preview, charts, chart, onLevel, onChart }: LevelChoiceProps) {
  const name = useId();
  return (
    <div className={styles.levels}>
      <fieldset>
        <legend>{words.level}</legend>
        {shareLevels.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name={name}
              checked={level === one}
              data-testid={`level-${one}`}
              onChange={() => onLevel(one)}
            />
            <span>
              <b>{words.levels[one].title}</b>
              <small>{words.levels[one].about}</small>
            </span>
          </label>
        ))}
        {level === null && <p data-testid="level-own">{words.levelOwn}</p>}
        {chart !== null && (
          <label>
            <span>{words.chart}</span>
            <select value={chart} data-testid="share-chart" onChange={(event) => onChart(event.currentTarget.value)}>
              {charts.map(({ id, title }) => (
                <option key={id} value={id}>
                  {title}
                </option>
              ))}
            </select>
          </label>
        )}
      </fieldset>
      <Preview preview={preview} />
    </div>
  );
}
