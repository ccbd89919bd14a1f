/**
 * @file The files that a reader opens to follow one number from its knob to AdamW, and its effect back to the chart.
 * The list is handwritten; `walkOf` checks that each file exists, and imports or is imported by an earlier file.
 */
import { posix } from 'node:path';

/** At commit 0430edd. */
const before = `
  KnobField.tsx Fields.tsx SettingsPanel.tsx SettingsArea.tsx settingsStore.ts algorithmSettings.ts session.ts
  runStore.ts trainer.ts remoteTrainer.ts proxy.ts port.ts serve.ts trainer.worker.ts browserPort.ts localTrainer.ts
  runWork.ts config.ts run.ts trainStep.ts innerLoop.ts learner.ts gpuLearner.ts feeds.ts graphs.ts adamw.ts
  runState.ts history.ts ChartsArea.tsx chartSpecs.ts ChartPanel.tsx Plot.tsx prepare.ts Traces.tsx`;

/** In the working tree: a panel reaches the settings through the session, and the worker's entry only loads a trainer. */
const now = before
  .replace('settingsStore.ts algorithmSettings.ts session.ts', 'session.ts settingsStore.ts algorithmSettings.ts')
  .replace('trainer.worker.ts', 'hostedTrainer.ts');

/**
 * The list that fits a tree, with its faults; `linked(a, b)` is whether one of two files imports the other.
 * @param {readonly string[]} files
 * @param {(a: string, b: string) => boolean} linked
 */
export function walkOf(files, linked) {
  const placed = [now, before].map((list) =>
    (list.match(/\S+/g) ?? []).map((name) => ({ name, paths: files.filter((file) => posix.basename(file) === name) })),
  );
  const missing = (/** @type {(typeof placed)[0]} */ list) => list.filter(({ paths }) => paths.length === 0).length;
  const list = placed.toSorted((a, b) => missing(a) - missing(b))[0] ?? [];
  /** @type {string[]} */
  const walked = [];
  /** @type {string[]} */
  const faults = [];
  for (const { name, paths } of list) {
    const path = walked.length === 0 ? paths[0] : paths.find((file) => walked.some((earlier) => linked(earlier, file)));
    if (path !== undefined) walked.push(path);
    else faults.push(`${name}: ${paths.length === 0 ? 'is missing' : 'is not linked to a file before it'}`);
  }
  return { files: walked, faults };
}
