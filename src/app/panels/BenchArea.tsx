/** @file The bench of the shown group, wired to a trainer beside that of the run. */
import { Button } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { algorithmOf } from '../../rl/algorithm/compose.ts';
import { algorithmChoice, ownSettings } from '../../rl/algorithm/configured.ts';
import { valueOf } from '../../rl/algorithm/settingValues.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { knobs } from '../../rl/config/knobs.ts';
import type { Algorithm } from '../../rl/objectives/algorithm.ts';
import { algorithmById } from '../../rl/papers/index.ts';
import { BenchTable } from '../../ui/bench/BenchTable.tsx';
import type { BenchColumnView, LitPart } from '../../ui/bench/view.ts';
import { benchWords as words } from '../../ui/bench/words.ts';
import { download } from '../../ui/download.ts';
import { ModalDialog } from '../../ui/ModalDialog.tsx';
import type { Choice } from '../../ui/types.ts';
import type { DraftArm } from '../compare/draft.ts';
import { benchCsv } from '../files/benchFile.ts';
import { problemsOf } from '../objective.ts';
import { settingLabel } from '../settingLabels.ts';
import { type Bench, type BenchColumn, type BenchState, createBench, type Frozen } from '../stores/bench.ts';
import { type BenchChoice, choicesOf, firstChoices, MOST_COLUMNS, ownChoices } from '../stores/benchChoices.ts';
import type { Comparison } from '../stores/comparison.ts';
import type { Library } from '../stores/library.ts';
import type { RunStore } from '../stores/runStore.ts';
import type { SettingsStore } from '../stores/settingsStore.ts';
import { useStore } from '../useSampled.ts';
import { ContinueAll } from './ContinueAll.tsx';
import { lossOf } from './AlgorithmArea.tsx';
import { algorithmChoices } from './algorithmChoices.ts';
import styles from '../../ui/bench/Bench.module.css';

const all = (state: BenchState) => state;

/** The composed algorithm; the paper's where its parts do not fit, which the column's problem says. */
function composedOf(config: TrainConfig): Algorithm {
  try {
    return algorithmOf(algorithmChoice(config));
  } catch {
    return algorithmById(config.algorithm);
  }
}

const titleOf = (choice: string, { algorithm }: TrainConfig): string => {
  const { title } = algorithmById(algorithm);
  if (choice === ownChoices.objective) return words.own;
  return choice === ownChoices.run ? words.asRun(title) : title;
};

/** Numbers beside the loss that a column may show, with their values. */
function numbersOf(config: TrainConfig, algorithm: Algorithm): BenchColumnView['settings'] {
  const inLoss = new Set(algorithm.settings.map(({ id }) => id));
  const loss = algorithm.settings.map((setting) => ({ ...setting, label: settingLabel(setting.id) }));
  const step = ownSettings(algorithm)
    .filter(({ id, loop }) => !inLoss.has(id) && !loop)
    .map((setting) => ({ ...setting, label: settingLabel(setting.id) }));
  return [
    { id: knobs.learningRate.id, label: knobs.learningRate.label, value: config.learningRate },
    ...[...loss, ...step].map(({ id, label }) => ({ id, label, value: valueOf(algorithm, config, id) })),
  ];
}

function viewOf({ id, choice, config, update, problem }: BenchColumn): BenchColumnView {
  const algorithm = composedOf(config);
  const ofEstimator = (algorithm.advantage.settings ?? []).map((setting): [string, LitPart] => [
    setting.id,
    'advantage',
  ]);
  const loss = lossOf(config, algorithm, algorithmById(config.algorithm));
  const title = titleOf(choice, config);
  return {
    id,
    choice,
    title,
    // Every name of the loss lights its part.
    loss: { ...loss, title, fields: { ...loss.fields, A: loss.words.A ?? 'A' } },
    settings: numbersOf(config, algorithm),
    parts: { A: 'advantage', [knobs.learningRate.id]: 'after', ...Object.fromEntries(ofEstimator) },
    hasAdvantages: algorithm.pairs !== true,
    update,
    problem,
  };
}

export interface BenchAreaProps {
  readonly frozen: Frozen;
  readonly run: RunStore;
  readonly settings: SettingsStore;
  readonly library: Library;
  readonly comparison: Pick<Comparison, 'start'>;
  readonly isGraded: boolean;
  readonly onClose: () => void;
}

/** The objective in the editor, or in the settings; empty for none that is valid. */
function objectiveOf(settings: SettingsStore, { algorithm }: TrainConfig): string {
  const { draft, config } = settings.getState();
  const text = (draft?.text ?? config.objectiveText).trim() === '' ? '' : (draft?.text ?? config.objectiveText);
  return text !== '' && problemsOf(text, algorithmById(algorithm)).length === 0 ? text : '';
}

interface Opened {
  readonly bench: Bench;
  readonly choices: readonly BenchChoice[];
}

/** The bench while the dialog is open. */
function useBench({ frozen, run, library, settings }: BenchAreaProps): Opened {
  const [opened] = useState(() => {
    const { config } = run.getState();
    return {
      bench: createBench(frozen, run, library),
      choices: config ? choicesOf(config, objectiveOf(settings, config)) : [],
    };
  });
  useEffect(() => {
    opened.bench.start(firstChoices(opened.choices));
    return () => opened.bench.end();
  }, [opened]);
  return opened;
}

export function BenchArea(props: BenchAreaProps) {
  const opened = useBench(props);
  return (
    <ModalDialog
      title={words.title(props.frozen.step + 1)}
      close={words.close}
      testId="bench-dialog"
      closeTestId="bench-close"
      className={styles.dialog}
      onClose={props.onClose}
    >
      <p>{words.summary}</p>
      <p className={styles.prompt}>
        <code translate="no">{props.frozen.group.prompt}</code>
      </p>
      {props.run.getState().adjusted && <p>{words.adjusted}</p>}
      <OpenedBench {...opened} {...props} />
    </ModalDialog>
  );
}

/** The algorithms that made their update, each once, as arms of a comparison. */
const armsOf = (columns: readonly BenchColumn[], preset: string): readonly DraftArm[] =>
  columns
    .filter(({ update, choice }, at) => update && columns.findIndex((other) => other.choice === choice) === at)
    .map(({ choice, config }) => ({ title: titleOf(choice, config), config, preset }));

function OpenedBench({ bench, choices, frozen, isGraded, onClose, ...props }: Opened & BenchAreaProps) {
  const { building, problem, columns } = useStore(bench, all);
  const views = useMemo(() => columns.map(viewOf), [columns]);
  const listed = useMemo<readonly Choice[]>(
    () => [
      ...choices
        .filter(({ choice }) => Object.values<string>(ownChoices).includes(choice))
        .map(({ choice, config }) => ({ id: choice, title: titleOf(choice, config), summary: '', group: words.own })),
      ...algorithmChoices,
    ],
    [choices],
  );
  const pick = (column: number | null, id: string) => {
    const chosen = choices.find(({ choice }) => choice === id);
    if (chosen) bench.put(chosen, column);
  };
  const isDone = views.some(({ update }) => update !== null);
  if (problem !== null) return <p role="alert">{words.failed(problem)}</p>;
  return (
    <>
      {building !== null && (
        <p role="status" data-testid="bench-building">
          {words.building(building, frozen.step)}
        </p>
      )}
      <BenchTable
        group={frozen.group}
        columns={views}
        choices={listed}
        most={MOST_COLUMNS}
        isGraded={isGraded}
        onPick={pick}
        onRemove={(id) => bench.remove(id)}
      />
      <Button
        size="compact-sm"
        variant="default"
        disabled={!isDone}
        data-testid="bench-save"
        onClick={() => download(`bench-step-${frozen.step + 1}.csv`, benchCsv(frozen.step + 1, frozen.group, views))}
      >
        {words.save}
      </Button>
      <ContinueAll
        {...props}
        arms={armsOf(columns, props.run.getState().preset)}
        step={frozen.step}
        onStart={onClose}
      />
    </>
  );
}
