/**
 * @file Curves of the algorithms' pages: one short run of each, recorded by `npm run docs -- --curves` and drawn from
 * that record.
 */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { codeVersion } from '../../scripts/version.mjs';
import { presetConfig } from '../../src/rl/config/presets.ts';
import { withAlgorithm } from '../../src/rl/algorithm/configured.ts';
import { algorithms } from '../../src/rl/papers/index.ts';
import { policyFor } from '../../src/rl/pretraining/policies.ts';
import { loadPolicyFile } from '../environment.ts';
import { trainRun } from '../trainRun.ts';

export const curvesPath = 'docs/algorithms/curves.json';

/** A run of `accuracy.length` steps; `accuracy[i]` is the share of correct completions that step i sampled. */
const curveSchema = z.object({ version: z.string(), date: z.string(), accuracy: z.array(z.number()).min(2) });
const recordSchema = z.object({
  command: z.string(),
  preset: z.string(),
  steps: z.number().int(),
  seed: z.number().int(),
  curves: z.record(z.string(), curveSchema),
});
export type Curve = z.infer<typeof curveSchema>;
export type CurveRecord = z.infer<typeof recordSchema>;

const settings = { command: 'npm run docs -- --curves', preset: 'default', steps: 40, seed: 1 };

/** The record of all curves. Throws if the file is invalid. */
export function readCurves(): CurveRecord {
  if (!existsSync(curvesPath)) return { ...settings, curves: {} };
  return recordSchema.parse(JSON.parse(readFileSync(curvesPath, 'utf8')));
}

/** Trains one algorithm with its own defaults on the default preset. */
async function recordCurve(id: string): Promise<Curve> {
  const preset = { ...presetConfig(settings.preset), maxSteps: settings.steps, seed: settings.seed };
  const config = withAlgorithm(preset, id);
  const policy = loadPolicyFile(policyFor(config.task, config.policy));
  // Read before training: files may change meanwhile.
  const version = codeVersion();
  const accuracy: number[] = [];
  await trainRun(
    { preset: settings.preset, config, policy, backend: 'node', workers: 1, evalProblems: 16, evalSamples: 1 },
    { step: (line) => accuracy.push(Number((line.accuracy ?? 0).toFixed(3))) },
  );
  return { version, date: new Date().toISOString().slice(0, 10), accuracy };
}

/**
 * Trains these algorithms one after the other; after each, `onCurve` gets the whole record, in the order of the list of
 * algorithms and without removed ones.
 */
export async function recordCurves(
  ids: readonly string[],
  onCurve: (record: CurveRecord, id: string, done: number) => void,
): Promise<void> {
  const { curves } = readCurves();
  for (const [index, id] of ids.entries()) {
    curves[id] = await recordCurve(id);
    const kept = algorithms.flatMap((algorithm) => {
      const curve = curves[algorithm.id];
      return curve ? [[algorithm.id, curve] as const] : [];
    });
    onCurve({ ...settings, curves: Object.fromEntries(kept) }, id, index + 1);
  }
}

/** One line per algorithm, so that a changed curve is a changed line. */
export function curvesText({ curves, ...head }: CurveRecord): string {
  const lines = Object.entries(curves).map(([id, curve]) => `    ${JSON.stringify(id)}: ${JSON.stringify(curve)}`);
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "curves": {\n${lines.join(',\n')}\n  }\n}\n`;
}
