/** @file The editor of stages: add, remove and reorder, and for each its algorithm, end, reference and differences. */
import { useState } from 'react';
import type { NumberRange } from '../../lib/numberText.ts';
import { NumberCell } from '../rewards/NumberCell.tsx';
import type { Choice } from '../types.ts';
import { stageWords } from './words.ts';
import settings from '../settings/Settings.module.css';
import styles from './Stages.module.css';

/** A stage in the form of its fields. */
export interface StageView {
  /** Empty for the algorithm of the settings. */
  readonly algorithm: string;
  readonly steps: number;
  /** A stage, from 1, or 0 for the base. */
  readonly reference: number;
  /** The stage whose end it begins with, or 0 for the base; null for the stage before. */
  readonly start: number | null;
  readonly stop: { readonly kind: 'accuracy' | 'plateau'; readonly number: number } | null;
  /** All else that differs, as words. */
  readonly more: string;
}

export interface StageEditorProps {
  readonly stages: readonly StageView[];
  readonly algorithms: readonly Choice[];
  readonly stepRange: NumberRange;
  readonly error?: string | undefined;
  /** The stages of a run that had none. */
  readonly first: readonly StageView[];
  /** False if the stages were refused. */
  readonly onChange: (stages: readonly StageView[]) => boolean;
}

const stops = {
  accuracy: { number: 0.8, range: { min: 0, max: 1, integer: false } },
  plateau: { number: 3, range: { min: 1, max: 100, integer: true } },
} as const;
const isKind = (word: string): word is keyof typeof stops => Object.hasOwn(stops, word);

/** Words that take effect on Enter or blur; refused ones stay to be corrected. */
function MoreField({
  value,
  label,
  onChange,
}: {
  readonly value: string;
  readonly label: string;
  readonly onChange: (words: string) => boolean;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = () => {
    if (draft !== null && (draft.trim() === value || onChange(draft.trim()))) setDraft(null);
  };
  return (
    <input
      className={styles.more}
      aria-label={label}
      placeholder={stageWords.moreHint}
      value={draft ?? value}
      spellCheck={false}
      autoComplete="off"
      onChange={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => key === 'Enter' && commit()}
    />
  );
}

interface StageFieldsProps extends Pick<StageEditorProps, 'algorithms' | 'stepRange'> {
  readonly stage: StageView;
  readonly index: number;
  readonly onChange: (stage: StageView) => boolean;
}

function StageFields({ stage, index, algorithms, stepRange, onChange }: StageFieldsProps) {
  const of = (name: string) => `${stageWords.stage(index + 1)}: ${name}`;
  const { algorithm, steps, reference, start, stop, more } = stage;
  // The base, and the end of every stage before.
  const ends = Array.from({ length: index + 1 }, (_, number) => number);
  return (
    <div className={styles.fields}>
      <label>
        <span>{stageWords.algorithm}</span>
        <select
          aria-label={of(stageWords.algorithm)}
          value={algorithm}
          onChange={({ currentTarget }) => onChange({ ...stage, algorithm: currentTarget.value })}
        >
          <option value="">{stageWords.same}</option>
          {algorithms.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{stageWords.steps}</span>
        <NumberCell
          label={of(stageWords.steps)}
          value={steps}
          range={stepRange}
          testId={`stage-steps-${index + 1}`}
          onChange={(value) => onChange({ ...stage, steps: value ?? steps })}
        />
      </label>
      {index > 0 && (
        <label title={stageWords.referenceHint}>
          <span>{stageWords.reference}</span>
          <select
            aria-label={of(stageWords.reference)}
            value={reference}
            onChange={({ currentTarget }) => onChange({ ...stage, reference: Number(currentTarget.value) })}
          >
            {ends.map((number) => (
              <option key={number} value={number}>
                {number === 0 ? stageWords.base : stageWords.endOf(number)}
              </option>
            ))}
          </select>
        </label>
      )}
      {index > 0 && (
        <label title={stageWords.startHint}>
          <span>{stageWords.start}</span>
          <select
            aria-label={of(stageWords.start)}
            value={start ?? ''}
            onChange={({ currentTarget: { value } }) =>
              onChange({ ...stage, start: value === '' ? null : Number(value) })
            }
          >
            <option value="">{stageWords.before}</option>
            {ends.slice(0, index).map((number) => (
              <option key={number} value={number}>
                {number === 0 ? stageWords.base : stageWords.endOf(number)}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span>{stageWords.stop}</span>
        <select
          aria-label={of(stageWords.stop)}
          value={stop?.kind ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ ...stage, stop: isKind(value) ? { kind: value, number: stops[value].number } : null })
          }
        >
          {Object.entries(stageWords.stops).map(([kind, title]) => (
            <option key={kind} value={kind}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {stop && (
        <label>
          <span>{stageWords.stopNumber[stop.kind]}</span>
          <NumberCell
            label={of(stageWords.stopNumber[stop.kind])}
            value={stop.number}
            range={stops[stop.kind].range}
            onChange={(number) => onChange({ ...stage, stop: { ...stop, number: number ?? stop.number } })}
          />
        </label>
      )}
      <label>
        <span>{stageWords.more}</span>
        <MoreField value={more} label={of(stageWords.more)} onChange={(words) => onChange({ ...stage, more: words })} />
      </label>
    </div>
  );
}

/** The stages in another order: a stage that then comes later is neither a reference nor a beginning. */
const inOrder = (stages: readonly StageView[]): readonly StageView[] =>
  stages.map((stage, i) => ({
    ...stage,
    reference: stage.reference > i ? 0 : stage.reference,
    start: (stage.start ?? 0) > i ? null : stage.start,
  }));

function StageButtons({
  index,
  count,
  onMove,
}: {
  readonly index: number;
  readonly count: number;
  /** To this place; null removes the stage. */
  readonly onMove: (to: number | null) => void;
}) {
  const number = index + 1;
  return (
    <span className={styles.buttons}>
      <button
        type="button"
        className={styles.button}
        aria-label={stageWords.up(number)}
        disabled={index === 0}
        onClick={() => onMove(index - 1)}
      >
        ↑
      </button>
      <button
        type="button"
        className={styles.button}
        aria-label={stageWords.down(number)}
        disabled={number === count}
        onClick={() => onMove(index + 1)}
      >
        ↓
      </button>
      <button
        type="button"
        className={styles.button}
        aria-label={stageWords.remove(number)}
        onClick={() => onMove(null)}
      >
        ×
      </button>
    </span>
  );
}

export function StageEditor({ stages, first, error, onChange, ...fields }: StageEditorProps) {
  const moved = (from: number, to: number | null) => {
    const [stage] = stages.slice(from, from + 1);
    const others = stages.toSpliced(from, 1);
    onChange(inOrder(to === null || !stage ? others : others.toSpliced(to, 0, stage)));
  };
  const last = stages.at(-1);
  return (
    <details className={settings.fold} data-testid="fold-stages">
      <summary>
        <span>{stageWords.title}</span>
        {stages.length > 0 && <small>{stages.length}</small>}
      </summary>
      <p className={settings.foldMark}>{stageWords.summary}</p>
      {stages.map((stage, index) => (
        <div key={index} role="group" aria-label={stageWords.stage(index + 1)} className={styles.stage}>
          <span className={styles.head}>
            <b>{stageWords.stage(index + 1)}</b>
            <StageButtons index={index} count={stages.length} onMove={(to) => moved(index, to)} />
          </span>
          <StageFields
            {...fields}
            stage={stage}
            index={index}
            onChange={(changed) => onChange(stages.with(index, changed))}
          />
        </div>
      ))}
      {error !== undefined && (
        <p className={settings.error} role="alert" data-testid="stages-error">
          {error}
        </p>
      )}
      <button
        type="button"
        className={styles.button}
        data-testid="stage-add"
        onClick={() => onChange(last ? [...stages, { ...last, more: '', stop: null }] : first)}
      >
        {last ? stageWords.add : stageWords.first}
      </button>
    </details>
  );
}
