/** @file Every panel in every state, from fixtures; a page for development that nothing links to. */
import './styles.ts';
import { MantineProvider } from '@mantine/core';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { present } from '../lib/assert.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { builtInTexts } from '../rl/formula/builtInTexts.ts';
import { formulaContext, readFormula } from '../rl/formula/formulaAlgorithm.ts';
import { FormulaError, type FormulaProblem } from '../rl/formula/problem.ts';
import { formulaWords } from '../rl/formula/words.ts';
import { algorithmById } from '../rl/papers/index.ts';
import { taskById, tasks } from '../tasks/index.ts';
import { BackendLine } from '../ui/BackendLine.tsx';
import { webGpuHelp } from '../ui/webGpuHelp.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { ExactPanel } from '../ui/exact/ExactPanel.tsx';
import { FormulaEditor } from '../ui/editor/FormulaEditor.tsx';
import { LoadingLine } from '../ui/LoadingLine.tsx';
import { NoticeList } from '../ui/NoticeList.tsx';
import { RunTable, type RunLine } from '../ui/runs/RunTable.tsx';
import {
  ElsewhereMessage,
  FullMessage,
  OfferMessage,
  RefusedMessage,
  ReplayMessage,
} from '../ui/runs/StorageMessage.tsx';
import { KnobField } from '../ui/settings/KnobField.tsx';
import { ObjectivePanel } from '../ui/settings/ObjectivePanel.tsx';
import { Transport } from '../ui/transport/Transport.tsx';
import type { RunStatus } from '../ui/types.ts';
import { App } from './App.tsx';
import { Exhibit } from './Exhibit.tsx';
import { idleRun, MadeUpCharts } from './galleryCharts.tsx';
import { Inspector } from './galleryInspector.tsx';
import { Live } from './galleryLive.tsx';
import { OnDemand } from './galleryPanels.tsx';
import { Views } from './galleryViews.tsx';
import { runColor } from './chartSpecs.ts';
import { applyInitialScheme } from './colorScheme.ts';
import { fakeInfo, FakeTrainer } from './fixture/fakeTrainer.ts';
import { fakeExact } from './fixture/fakeRun.ts';
import { memoryHost } from './fixture/memoryDatabase.ts';
import { createLibrary } from './stores/library.ts';
import { AlgorithmArea, FoldsArea } from './panels/AlgorithmArea.tsx';
import { viewContext } from './settingViews.ts';
import { placeOf } from './link.ts';
import { createPlaceStore } from './stores/placeStore.ts';
import { createRolloutFiles } from './stores/rolloutFiles.ts';
import { createRunStore } from './stores/runStore.ts';
import { createSession } from './stores/session.ts';
import { createSettingsStore, knobFor } from './stores/settingsStore.ts';
import { readLink } from './url.ts';
import { TaskSample } from './TaskSample.tsx';
import styles from './gallery.module.css';

const task = present(tasks[0], 'a task');
const config = { ...defaultConfig, maxSteps: 200 };
const statuses: readonly RunStatus[] = [
  'empty',
  'loading',
  'ready',
  'running',
  'pausing',
  'paused',
  'finished',
  'failed',
];
const ignore = () => undefined;
const time = { total: 0.48, rollout: 0.21, score: 0.06, update: 0.18 };
const error = {
  code: 'device-lost',
  message: 'The graphics device was lost.',
  kept: 'All steps before it.',
  remedy: 'Open again.',
};

function Transports() {
  return statuses.map((status) => (
    <Exhibit key={status} name={`Transport: ${status}`}>
      <Transport
        status={status}
        step={status === 'finished' ? 100 : 24}
        totalSteps={100}
        armed={false}
        moreSteps={100}
        tokensPerSecond={status === 'empty' ? null : 4213}
        time={status === 'empty' ? null : time}
        seed={1}
        onTrain={ignore}
        onPause={ignore}
        onStep={ignore}
        onReset={ignore}
      />
    </Exhibit>
  ));
}

/** An algorithm with its parts in the states that its fields have. */
function Algorithms() {
  const settings = createSettingsStore(
    tasks,
    readLink('', '#v=2&algorithm=chord&set.mu=0.3&kl_control=adaptive', tasks),
  );
  settings.setNumber({ id: 'phi', default: 1, min: 0, max: 1, summary: '' }, 7);
  const session = createSession(idleRun(), settings, { backend: 'auto', workers: 'auto' });
  const context = viewContext(settings.getState(), ['algorithm', 'klEstimator'], task);
  return (
    <>
      <Exhibit name="Algorithm: with a refusal, waiting">
        <AlgorithmArea session={session} context={context} />
      </Exhibit>
      <Exhibit name="Settings that fold away">
        <FoldsArea session={session} context={context} />
      </Exhibit>
    </>
  );
}

const grpo = algorithmById('grpo');
const words = formulaWords(formulaContext(grpo));

function problemsOf(formula: string): readonly FormulaProblem[] {
  try {
    readFormula(formula, grpo);
    return [];
  } catch (cause) {
    if (cause instanceof FormulaError) return cause.problems;
    throw cause;
  }
}

/** Checked while it is edited. */
function Formula({ start, readOnly = false }: { readonly start: string; readonly readOnly?: boolean }) {
  const [formula, setFormula] = useState(start);
  return (
    <FormulaEditor
      value={formula}
      problems={problemsOf(formula)}
      words={words}
      readOnly={readOnly}
      onChange={setFormula}
    />
  );
}

/** Its buttons do what they do on the page. */
function Objective({
  start,
  used: usedAtFirst = '',
  fromLink = false,
}: {
  readonly start: string | null;
  readonly used?: string;
  readonly fromLink?: boolean;
}) {
  const [draft, setDraft] = useState(start);
  const [used, setUsed] = useState(usedAtFirst);
  const problems = draft === null ? [] : problemsOf(draft);
  return (
    <ObjectivePanel
      algorithm={grpo.title}
      used={used}
      draft={draft}
      fromLink={fromLink && draft !== used}
      problems={problems}
      words={words}
      onOpen={() => setDraft(builtInTexts.get(grpo.id) ?? '')}
      onEdit={setDraft}
      onUse={() => setUsed(draft ?? '')}
      onDrop={() => {
        setDraft(null);
        setUsed('');
      }}
    />
  );
}

function Formulas() {
  return (
    <div className={styles.formulas}>
      <Exhibit name="Objective: the algorithm’s">
        <Objective start={null} />
      </Exhibit>
      <Exhibit name="Objective: in use">
        <Objective start="-A * logp" used="-A * logp" />
      </Exhibit>
      <Exhibit name="Objective: by a link">
        <Objective start="-A * logp" fromLink />
      </Exhibit>
      <Exhibit name="Formula: good">
        <Formula start={`setting tau = 1 in 0 .. 10\n${builtInTexts.get('grpo') ?? ''}`} />
      </Exhibit>
      <Exhibit name="Formula: with errors">
        <Formula start={'r = exp(logp - old_logp)\n-clip(r, 1 - epsilon) * A + betta * k3'} />
      </Exhibit>
      <Exhibit name="Formula: not closed">
        <Formula start="-min(ratio * A, clip(ratio, 0.8, 1.2) * A" />
      </Exhibit>
      <Exhibit name="Formula: only to read">
        <Formula start={builtInTexts.get('gmpo') ?? ''} readOnly />
      </Exhibit>
    </div>
  );
}

const kept = { id: 'aaaaaaaa11111111', name: 'calm-otter', steps: 37, bytes: 4_200_000 };

const lines: readonly RunLine[] = [
  {
    ...kept,
    id: '1',
    name: 'swift-heron',
    color: runColor(1),
    pinned: false,
    inHand: true,
    shown: false,
    differs: ['Learning rate 0.001 → 0.002'],
    origin: 'fork of calm-otter at step 20',
    baseAccuracy: 0.41,
    finalAccuracy: 0.93,
    date: '5 Jan, 09:41',
    backend: 'WASM (CPU)',
  },
  {
    ...kept,
    color: runColor(0),
    pinned: true,
    inHand: false,
    shown: true,
    differs: null,
    origin: null,
    baseAccuracy: null,
    finalAccuracy: null,
    date: '5 Jan, 09:30',
    backend: 'WebGPU (GPU)',
  },
];

function Keeping() {
  const table = {
    onShow: ignore,
    onPin: ignore,
    onRename: () => 'A name is needed.',
    onGoOn: ignore,
    onFork: ignore,
    onRemove: ignore,
    files: () => null,
  };
  const replay = { from: 10, step: 14, target: 17, differing: 0 };
  return (
    <>
      <Exhibit name="Runs: empty">
        <RunTable runs={[]} {...table} />
      </Exhibit>
      <Exhibit name="Runs">
        <RunTable runs={lines} {...table} />
      </Exhibit>
      <Exhibit name="Storage: refused">
        <RefusedMessage onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Storage: full">
        <FullMessage saved={37} expendable={[kept]} isAlone={false} onFree={ignore} />
      </Exhibit>
      <Exhibit name="Storage: full, all pinned">
        <FullMessage saved={null} expendable={[]} isAlone={false} onFree={ignore} />
      </Exhibit>
      <Exhibit name="Storage: full, no other run">
        <FullMessage saved={null} expendable={[]} isAlone onFree={ignore} />
      </Exhibit>
      <Exhibit name="Run: open elsewhere">
        <ElsewhereMessage run={kept} onTake={ignore} onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Run: not finished">
        <OfferMessage run={kept} total={100} onTake={ignore} onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Replay: going on">
        <ReplayMessage replay={replay} busy onDismiss={ignore} />
      </Exhibit>
      <Exhibit name="Replay: other numbers">
        <ReplayMessage replay={{ ...replay, step: 17, differing: 2 }} busy={false} onDismiss={ignore} />
      </Exhibit>
    </>
  );
}

const exactAt = (progress: number) =>
  fakeExact({ ...config, beta: 0.08, difficulty: 3 }, taskById('exact-seq'), progress);

function Panels() {
  const knob = knobFor('learningRate', task);
  return (
    <MantineProvider defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <main className={styles.gallery}>
        <h1>Gallery</h1>
        <Transports />
        <Exhibit name="Knob: default">
          <KnobField field={knob} value={0.001} onChange={ignore} />
        </Exhibit>
        <Exhibit name="Knob: changed, waiting">
          <KnobField field={knob} value={0.002} waiting onChange={ignore} />
        </Exhibit>
        <Exhibit name="Knob: refused">
          <KnobField field={knob} value={0.001} error="At most 0.02. 0.001 is kept." onChange={ignore} />
        </Exhibit>
        <Exhibit name="Error">
          <ErrorPanel error={error} goesOnAt={20} onGoOn={ignore} onReopen={ignore} onStartOver={ignore} />
        </Exhibit>
        <Exhibit name="Loading">
          <LoadingLine loading={{ label: 'policy default', loadedBytes: 250_000, totalBytes: 612_000 }} />
        </Exhibit>
        <Exhibit name="Loading: size unknown">
          <LoadingLine loading={{ label: 'the runtime', loadedBytes: 4_100_000, totalBytes: null }} />
        </Exhibit>
        <Exhibit name="Notices">
          <NoticeList notices={['beta=7: At most 1. 0 is used.']} onDismiss={ignore} />
        </Exhibit>
        <Exhibit name="Backend: WASM">
          <BackendLine
            backend={{ backend: 'wasm', description: '1 thread each', reason: 'No graphics adapter.', workers: 2 }}
            policy={{ ...fakeInfo(config, 'wasm', 2).policy, adapterParameters: 81_920 }}
            help={webGpuHelp({ userAgent: navigator.userAgent, secure: true, asked: false })}
          />
        </Exhibit>
        <Exhibit name="Backend: WebGPU">
          <BackendLine backend={{ backend: 'webgpu', description: 'adapter', workers: 1 }} policy={null} />
        </Exhibit>
        <Formulas />
        <Keeping />
        <Algorithms />
        <Inspector />
        {tasks.map((shown) => (
          <Exhibit key={shown.id} name={`Task: ${shown.id}`}>
            <TaskSample task={shown} />
          </Exhibit>
        ))}
        <Exhibit name="Exact: empty">
          <ExactPanel exact={null} />
        </Exhibit>
        <Exhibit name="Exact: on the way">
          <ExactPanel exact={exactAt(0.5)} />
        </Exhibit>
        <Exhibit name="Exact: there">
          <ExactPanel exact={exactAt(1)} />
        </Exhibit>
        <MadeUpCharts />
        <Live />
        <Views />
        <OnDemand />
      </main>
    </MantineProvider>
  );
}

/** The whole page on the made-up trainer: `gallery.html?show=page&step_time=100&fail_at=24#max_steps=200`. */
function Page({ query }: { readonly query: URLSearchParams }) {
  const number = (key: string) => Number(query.get(key) ?? Number.NaN);
  const link = readLink('', location.hash, tasks);
  const run = createRunStore(() => {
    const failAt = number('fail_at');
    const trainer = new FakeTrainer(tasks, {
      stepTime: number('step_time') || 100,
      loadTime: number('load_time') || 400,
      backend: query.get('backend') === 'webgpu' ? 'webgpu' : 'wasm',
      ...(Number.isNaN(failAt) ? {} : { failAt }),
    });
    return { trainer, listen: trainer.listen, terminate: () => void trainer.dispose() };
  });
  const session = createSession(run, createSettingsStore(tasks, link), link.options);
  const library = createLibrary(session, memoryHost());
  void library.start();
  void session.open();
  return (
    <App
      session={session}
      library={library}
      files={createRolloutFiles(session, library, tasks)}
      place={createPlaceStore(placeOf(window))}
      tasks={tasks}
    />
  );
}

applyInitialScheme();
const query = new URLSearchParams(location.search);
const shown =
  query.get('show') === 'page' ? (
    <Page query={query} />
  ) : (
    <StrictMode>
      <Panels />
    </StrictMode>
  );
createRoot(present(document.getElementById('root'), 'the element #root')).render(shown);
