/** @file The words about runs: keeping, comparing, forking, files. Part of `text`. */
import { formatBytes, formatCount } from '../format.ts';

const steps = (count: number) => (count === 1 ? '1 step' : `${formatCount(count)} steps`);

export const runWords = {
  name: 'Runs',
  steps,
  mostShown: (most: number) => `At most ${most} runs fit the charts; hide one first.`,
  failed: (reason: string) => `That did not work: ${reason}`,
  refused: {
    title: 'Runs will not be kept',
    body: 'This browser lets the page store nothing here, as in a private window. Everything works, but a reload forgets the run: save it as a file to keep it.',
  },
  unloaded:
    'Training goes on, but a reload forgets this run. Check the connection, then try again; what was trained meanwhile is then kept too.',
  broken: {
    title: 'The storage of this browser does not answer',
    body: (saved: number | null) =>
      `Training works, but ${saved === null ? 'the current run is only on this page' : `only the steps up to ${formatCount(saved)} are kept`}. Runs kept before are not lost. Try again, or save the run as a file.`,
    again: 'Try again',
  },
  gone: (count: number, again: boolean) =>
    `${count === 1 ? 'A run that was kept is' : `${formatCount(count)} runs that were kept are`} gone: the data of this page was cleared, or another tab deleted ${count === 1 ? 'it' : 'them'}. ${again ? 'The current run is kept again.' : 'The current run is only on this page.'}`,
  persisted: {
    yes: 'The browser keeps them until you delete them.',
    no: 'The browser may delete them when its disk is nearly full; save what matters as a file.',
  },
  full: {
    title: 'The storage for this page is full',
    body: (saved: number | null) =>
      `${saved === null ? 'The current run is only on this page.' : `The current run is kept up to step ${formatCount(saved)}; later steps are only on this page.`} Nothing that was kept is lost. Delete runs to make room, or save this one as a file.`,
    free: (count: number, bytes: number) =>
      `Delete the ${count === 1 ? 'oldest run' : `${count} oldest runs`} (${formatBytes(bytes)})`,
    none: 'Every other run is pinned or in the charts: unpin or hide one, then delete it.',
    alone: 'There is no other run to delete.',
  },
  paused: {
    refused: 'Kept on this page only; this browser keeps no runs.',
    unloaded: 'Kept on this page only; the code that keeps runs did not load.',
    broken: (saved: number | null) =>
      saved === null
        ? 'The storage does not answer: not kept, on this page only.'
        : `The storage does not answer: kept to step ${formatCount(saved)}, later steps on this page only.`,
    full: (saved: number | null) =>
      saved === null
        ? 'The storage is full: kept on this page only.'
        : `The storage is full: kept to step ${formatCount(saved)}, later steps on this page only.`,
  },
  elsewhere: {
    title: (name: string) => `${name} is open in another tab`,
    body: 'Two tabs cannot train the same run. This tab can go on with a copy.',
    copy: 'Open a copy here',
  },
  foreign: {
    title: (name: string) => `${name} came by a file and brings code`,
    body: 'It does not run before you say so. A reward term then runs in the sandbox: no page, no network, no clock.',
    agree: 'Train with this code',
  },
  offer: {
    title: (name: string) => `${name} is not finished`,
    body: (step: number, total: number) =>
      `It stopped at step ${formatCount(step)} of ${formatCount(total)} and is kept in this browser.`,
    goOn: 'Go on with it',
  },
  table: {
    title: (count: number) => (count === 0 ? 'Runs' : `Runs (${formatCount(count)})`),
    open: 'Show the list of runs',
    empty:
      'Runs are listed here from their first step on, with what sets each apart from the one before. They survive a reload.',
    name: 'Run',
    differs: 'Differs from the run before',
    task: 'Task',
    algorithm: 'Algorithm',
    seed: 'Seed',
    reward: 'Reward',
    accuracy: 'Held-out accuracy',
    kl: 'KL',
    steps: 'Steps',
    filter: 'Filter runs',
    noneFits: 'No run has all these words.',
    sortBy: 'Sort by',
    sorts: {
      created: 'Started',
      name: 'Name',
      task: 'Task',
      algorithm: 'Algorithm',
      seed: 'Seed',
      steps: 'Steps',
      reward: 'Reward of the last step',
      accuracy: 'Held-out accuracy',
      kl: 'KL of the last step',
    },
    ascending: 'ascending',
    descending: 'descending',
    groupBy: 'Group by',
    noGroup: 'nothing',
    arm: 'Arm of a comparison',
    noArm: 'in no comparison',
    means: (runs: number, reward: string, accuracy: string, kl: string) =>
      `${runs === 1 ? '1 run' : `${formatCount(runs)} runs`}, means: reward ${reward}, held-out accuracy ${accuracy}, KL ${kl}`,
    date: 'Started',
    backend: 'Backend',
    actions: 'Actions',
    inHand: 'current',
    nothing: 'same settings',
    first: 'first run',
    forkOf: (name: string, step: number) => `fork of ${name} at step ${formatCount(step)}`,
    saved: (step: number) => `kept to step ${formatCount(step)}`,
    show: (name: string) => `Draw ${name} in the charts`,
    pin: (name: string, pinned: boolean) =>
      pinned ? `Unpin ${name}` : `Pin ${name}: it is never offered for deletion`,
    rename: (name: string) => `Rename ${name}`,
    goOn: (name: string) => `Go on with ${name}`,
    fork: (name: string) => `Fork ${name}`,
    files: (name: string) => `Save ${name} as files`,
    remove: (name: string) => `Delete ${name}`,
    removed: (name: string) => `${name} was deleted.`,
    undo: 'Bring it back',
    newName: 'New name',
    save: 'Save',
    cancel: 'Cancel',
    atStep: 'At step',
    forkNow: 'Fork here',
    forkHint:
      'A new run goes on from this step with the same weights. Steps after the nearest checkpoint are trained again, exactly on WASM.',
    badStep: (last: number) => `A whole number from 0 to ${formatCount(last)}.`,
    unreadable: (name: string, reason: string) => `${name} cannot be opened. ${reason}`,
    openFile: 'Open a run from a file',
  },
  files: {
    csv: 'Metrics as CSV',
    jsonl: 'Metrics as JSON lines',
    adapter: 'Adapter for PEFT',
    base: 'Base for transformers',
    merged: 'Base with the adapter merged',
    train: 'train.py for TRL',
    verl: 'Folder for verl',
    run: 'The whole run',
    noAdapter: 'No checkpoint of this run is kept yet; train some more steps.',
    noTask: (task: string) => `This page has no task “${task}”.`,
    largeBase: (name: string) =>
      `The base ${name} is too large to be written by the page. “npm run export -- --run FILE --model FOLDER --to transformers --merged” adds the adapter of a saved run to it.`,
    apart:
      'The run file does not hold the problems that it trains on. To open it elsewhere, open their file there first.',
    unsaved: 'The current run as files:',
    refused: (name: string, reason: string) => `${name} is no run that this page can open: ${reason}.`,
    tooLarge: 'it is larger than any run of this page',
  },
  problem: 'Runs',
  notNow: 'Not now',
  understood: 'Understood',
  on: 'on',
  off: 'off',
  usual: 'default',
  replay: {
    title: 'Back where the run was',
    busy: (step: number, target: number, from: number) =>
      `Steps ${formatCount(from + 1)} to ${formatCount(target)} are trained again from ${from === 0 ? 'the start' : `the checkpoint at step ${formatCount(from)}`}; now at step ${formatCount(step)}.`,
    same: (count: number) =>
      `${steps(count)} ${count === 1 ? 'was' : 'were'} trained again; every number came out the same.`,
    differing: (differing: number, count: number) =>
      `${steps(count)} ${count === 1 ? 'was' : 'were'} trained again; ${formatCount(differing)} came out with other numbers, which the charts now show. Only WASM replays exactly, and only the same version of the page.`,
  },
};
