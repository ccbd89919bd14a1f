/**
 * @file The words about rollout files: the source of an offline run's rollouts, and errors in a file.
 */
import { formatBytes, formatCount, formatShare } from '../format.ts';

/** The first digits, enough to tell hashes apart. */
const short = (sha256: string): string => sha256.slice(0, 8);

export const rolloutWords = {
  label: 'Store',
  ofBase: 'The base writes it before step 0.',
  /** A file's name for the page. */
  nameOf: (sha256: string) => (sha256 === '' ? 'the base’s' : `file ${short(sha256)}…`),
  fromFile: 'From a file…',
  otherFile: 'Another file…',
  fromBase: 'From the base',
  reading: 'The file is being read …',
  counts: (rollouts: number, groups: number, groupSize: number, prompts: number) =>
    `${formatCount(rollouts)} rollouts: ${formatCount(groups)} groups of ${formatCount(groupSize)}, ${formatCount(prompts)} different prompts`,
  facts: {
    holds: 'Holds',
    right: 'Right',
    rewards: 'Rewards',
    writer: 'Written by',
    problems: 'Problems',
    file: 'File',
  },
  right: (share: number) => formatShare(share),
  rewards: 'by this run’s reward terms; those in the file are not used',
  writer: (policy: string, temperature: number) => `“${policy}” at temperature ${temperature}`,
  problems: (task: string, label: string, difficulty: number) => `${task}, ${label.toLowerCase()} ${difficulty}`,
  file: (bytes: number, sha256: string) => `${formatBytes(bytes)}, SHA-256 ${short(sha256)}…`,
  otherDifficulty: (label: string, difficulty: number) =>
    `Held-out problems are of ${label.toLowerCase()} ${difficulty}, as it is set.`,
  onlyHere:
    'This browser keeps the file with this page only: after it was loaded again, the file has to be chosen again.',
  absent: (sha256: string) =>
    `These settings learn from a file of rollouts that is not here. Its SHA-256 begins with ${short(sha256)}.`,
  notUsed: 'not used: the store is from a file',
  refused: (name: string, reason: string) => `${name} cannot be used: ${reason}.`,
  misfit: {
    task: (task: string) => `it holds problems of ${task}`,
    unknownTask: (task: string) => `it holds problems of a task that this page does not have (${task})`,
    groups: (size: number, wanted: number) =>
      `it holds groups of ${size} completions, and the group size is set to ${wanted}`,
    noGroups: (size: number, least: number, most: number) =>
      `it holds groups of ${size} completions, and ${least} to ${most} can be learnt from`,
    noDifficulty: (difficulty: number) => `it holds problems of difficulty ${difficulty}, which its task does not have`,
  },
  outgrown: (size: number, wanted: number) =>
    `The file holds groups of ${size} completions, and the group size is set to ${wanted}: a run will refuse it.`,
  /** Lists the changed settings only. */
  take: (changes: readonly string[]) => `Set ${changes.join(', ')}`,
  change: {
    difficulty: (label: string, difficulty: number) => `${label.toLowerCase()} ${difficulty}`,
    groupSize: (size: number) => `group size ${size}`,
  },
  another: (name: string, sha256: string, wanted: string) =>
    `${name} is another file: its SHA-256 begins with ${short(sha256)}, and ${short(wanted)} is needed.`,
  tooLarge: (bytes: number, most: number) =>
    `it has ${formatBytes(bytes)}, and ${formatBytes(most)} is the most that is read`,
  chooseNeeded: 'Choose the file…',
  shared: (sha256: string) =>
    `The settings learn from a file of rollouts. The link names it by its SHA-256 (${short(sha256)}…) and does not hold it: the page asks its receiver for the same file. Send it along.`,
  save: 'Rollouts',
  saved: {
    store: (rollouts: number) => `Saved: the ${formatCount(rollouts)} rollouts that the run learns from.`,
    steps: (rollouts: number, first: number, last: number) =>
      `Saved: the ${formatCount(rollouts)} completions of ${first === last ? `step ${formatCount(first)}` : `steps ${formatCount(first)} to ${formatCount(last)}`}, those that are still in memory and were sampled at one temperature.`,
    notInHand: 'Completions are in memory for the current run alone: go on with this run and train, then save them.',
    file: (sha256: string) => `Saved: the file of rollouts that the run learnt from, SHA-256 ${short(sha256)}….`,
    absent: (sha256: string) =>
      `The file of rollouts that this run learnt from (SHA-256 ${short(sha256)}…) is not kept here.`,
    apart:
      'The run file does not hold the rollouts that it learns from. To go on elsewhere, save and take them along too.',
  },
};
