/** @file The measurements of one backend as data, computed from the reports of its steps. */
import { mean, quantile } from '../../src/lib/statistics.ts';
import type { MetricName } from '../../src/rl/metrics/index.ts';
import type { RunInfo, StepReport } from '../../src/rl/run/trainer.ts';

export const benchBackends = ['node', 'wasm', 'webgpu'] as const;
export type BenchBackend = (typeof benchBackends)[number];

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Milliseconds of a step of the default policy's size, with its waits for the device. */
export interface GpuTimes {
  readonly rollout: number;
  /** Score, gradient and optimizer. */
  readonly update: number;
  /** Until the commands of one decoding step, and of one gradient, are on their way. */
  readonly decodeEnqueued: number;
  readonly gradientEnqueued: number;
}

/** Operation counts of the GPU, for a step of the default policy's size. */
export interface GpuCounts {
  readonly layers: number;
  readonly dispatchesPerDecodeStep: number;
  readonly dispatchesPerDecodeStepAndLayer: number;
  /** Dispatches of a decoding step and of a gradient by kernel of ONNX Runtime. */
  readonly kernels: Readonly<Record<'decode' | 'gradient', Readonly<Record<string, number>>>>;
  /** Once per rollout. */
  readonly prefillDispatches: number;
  readonly mergeDispatches: number;
  readonly mergeMilliseconds: number;
  /**
   * The score's time, measured apart: the trainer only enqueues the score, so its clock attributes the time to the
   * update.
   */
  readonly scoreMilliseconds: number;
  readonly scoreDispatches: number;
  readonly gradientDispatches: number;
  readonly optimizerDispatches: number;
  /** The sum of the three before. */
  readonly dispatchesPerUpdate: number;
  readonly readBacksPerRollout: number;
  /** Those before the last token was drawn. */
  readonly readBacksWhileDecoding: number;
  /** Lists of commands given to the device. */
  readonly submitsPerRollout: number;
  readonly submitsPerUpdate: number;
  /** Graphs that are recorded once and replayed; the times with and without that. */
  readonly capturedGraphs: number;
  readonly recorded: GpuTimes;
  readonly plain: GpuTimes;
}

export interface MeasuredRow {
  readonly backend: BenchBackend;
  readonly workers: number;
  /** Name of the adapter or of the build. */
  readonly device: string;
  /** The adapter computes on the CPU: its times do not apply to a GPU. */
  readonly softwareAdapter: boolean;
  /** Time from the request of a run until it is ready. */
  readonly openSeconds: number;
  /** Completions per step. */
  readonly rows: number;
  /** Number of measured steps, and of the warm-up steps before them. */
  readonly steps: number;
  readonly warmup: number;
  /** Completion tokens per second of rollout. */
  readonly decodeTokensPerSecond: Spread;
  /** Prompt and completion tokens per second of update. */
  readonly trainTokensPerSecond: Spread;
  readonly milliseconds: Readonly<Record<'step' | 'rollout' | 'score' | 'update', Spread>>;
  /** Nats: mean over all tokens, and the largest. */
  readonly samplerTrainerDifference: { readonly mean: number; readonly max: number };
  readonly bytesUploadedPerStep: number;
  readonly bytesReadPerStep: number;
  /** Only on a GPU. */
  readonly readBacksPerStep?: number;
  readonly gpu?: GpuCounts;
}

/** A backend without numbers, and the reason. */
export interface MissingRow {
  readonly backend: BenchBackend;
  readonly workers: number;
  readonly unavailable: string;
}

export type BenchRow = MeasuredRow | MissingRow;

export interface BenchReport {
  /** ISO 8601. */
  readonly date: string;
  /** Version of the project, with its commit where known. */
  readonly version: string;
  readonly machine: {
    readonly cores: number;
    readonly cpu: string;
    readonly node: string;
    readonly browser: string | null;
  };
  readonly preset: string;
  readonly policy: string;
  readonly rows: readonly BenchRow[];
}

export const spread = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  min: Math.min(...values),
  max: Math.max(...values),
});

/**
 * Steps on one backend: `reports` from the first step on, `before` and `after` the counters around the measured ones.
 */
export interface StepsMeasured {
  readonly info: Pick<RunInfo, 'backendDescription' | 'workers' | 'config'>;
  /** Time from the request of a run until it is ready: policy, workers, graphs. */
  readonly openSeconds: number;
  readonly warmup: number;
  readonly reports: readonly Pick<StepReport, 'metrics' | 'groups'>[];
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}

const completionTokens = ({ groups }: Pick<StepReport, 'groups'>): number =>
  groups.reduce((sum, { completions }) => completions.reduce((tokens, c) => tokens + c.tokens.length, sum), 0);

/** The row of a backend. Throws an Error if a step lacks a metric that every step has. */
export function measuredRow(
  backend: BenchBackend,
  { info, openSeconds, warmup, reports, before, after }: StepsMeasured,
  gpu: { softwareAdapter: boolean; counts: GpuCounts } | null = null,
): MeasuredRow {
  const metric = (step: number, name: MetricName): number => {
    const value = reports[step]?.metrics[name];
    if (value === undefined) throw new Error(`step ${step} has no ${name}`);
    return value;
  };
  const measured = reports.map((_, step) => step).slice(warmup);
  const over = (value: (step: number) => number): Spread => spread(measured.map(value));
  const milliseconds = (name: MetricName): Spread => over((step) => 1000 * metric(step, name));
  const tokens = (step: number) => metric(step, 'num_tokens') - (step === 0 ? 0 : metric(step - 1, 'num_tokens'));
  const perStep = (name: string) => ((after[name] ?? 0) - (before[name] ?? 0)) / measured.length;
  const drawn = measured.map((step) => completionTokens(reports[step] as StepReport));
  const difference = measured.map(
    (step, i) => metric(step, 'sampling/sampling_logp_difference/mean') * (drawn[i] as number),
  );
  return {
    backend,
    workers: info.workers,
    device: info.backendDescription,
    softwareAdapter: gpu?.softwareAdapter ?? false,
    openSeconds,
    rows: info.config.promptsPerStep * info.config.numGenerations,
    steps: measured.length,
    warmup,
    decodeTokensPerSecond: over((step) => (drawn[step - warmup] as number) / metric(step, 'time/rollout')),
    trainTokensPerSecond: over((step) => tokens(step) / metric(step, 'time/update')),
    milliseconds: {
      step: milliseconds('step_time'),
      rollout: milliseconds('time/rollout'),
      score: milliseconds('time/score'),
      update: milliseconds('time/update'),
    },
    samplerTrainerDifference: {
      mean: mean(difference) / mean(drawn),
      max: Math.max(...measured.map((step) => metric(step, 'sampling/sampling_logp_difference/max'))),
    },
    bytesUploadedPerStep: perStep('bytesUploaded'),
    bytesReadPerStep: perStep('bytesRead'),
    ...(gpu ? { readBacksPerStep: perStep('readBacks'), gpu: gpu.counts } : {}),
  };
}
