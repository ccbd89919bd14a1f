/** @file Exhibits of the small panels: transport, knobs, messages, the backend line. */
import { present } from '../lib/assert.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { tasks } from '../tasks/index.ts';
import { fakeInfo } from '../app/fixture/fakeTrainer.ts';
import { knobFor } from '../app/stores/taskSettings.ts';
import { BackendLine } from '../ui/BackendLine.tsx';
import { webGpuHelp } from '../ui/webGpuHelp.ts';
import { ErrorPanel } from '../ui/ErrorPanel.tsx';
import { LoadingLine } from '../ui/LoadingLine.tsx';
import { NoticeList } from '../ui/NoticeList.tsx';
import { KnobField } from '../ui/settings/KnobField.tsx';
import { StepBar } from '../ui/transport/StepBar.tsx';
import { Transport } from '../ui/transport/Transport.tsx';
import type { RunStatus } from '../ui/types.ts';
import { UpdateMessage } from '../ui/UpdateMessage.tsx';
import { Exhibit } from './Exhibit.tsx';

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

function StepBars() {
  const shared = {
    newest: 52,
    error: null,
    bytes: 612_000,
    isTraining: true,
    checkpoints: [10, 20, 30, 40, 50],
    onLook: ignore,
  };
  const replay = { from: 30, step: 34, target: 37, differing: 0 };
  return (
    <>
      <Exhibit name="Time bar: live">
        <StepBar {...shared} step={null} state="live" replay={null} />
      </Exhibit>
      <Exhibit name="Time bar: rebuilding">
        <StepBar {...shared} step={37} state="rebuilding" replay={replay} />
      </Exhibit>
      <Exhibit name="Time bar: rebuilt">
        <StepBar {...shared} step={37} state="standing" replay={replay} />
      </Exhibit>
    </>
  );
}

function Knobs() {
  const knob = knobFor('learningRate', task);
  return (
    <>
      <Exhibit name="Knob: default">
        <KnobField field={knob} value={0.001} onChange={ignore} />
      </Exhibit>
      <Exhibit name="Knob: changed, waiting">
        <KnobField field={knob} value={0.002} waiting onChange={ignore} />
      </Exhibit>
      <Exhibit name="Knob: refused">
        <KnobField field={knob} value={0.001} error="At most 0.02. 0.001 is kept." onChange={ignore} />
      </Exhibit>
    </>
  );
}

export function Controls() {
  return (
    <>
      <Transports />
      <StepBars />
      <Knobs />
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
      <Exhibit name="A newer version">
        <UpdateMessage onUpdate={ignore} onDismiss={ignore} />
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
    </>
  );
}
