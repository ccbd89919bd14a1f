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
  full: {
    title: 'The storage for this page is full',
    body: (saved: number | null) =>
      `${saved === null ? 'The run in hand is only on this page.' : `The run in hand is kept up to step ${formatCount(saved)}; later steps are only on this page.`} Nothing that was kept is lost. Delete runs to make room, or save this one as a file.`,
    free: (count: number, bytes: number) => `Delete the ${count === 1 ? 'oldest run' : `${count} oldest runs`} (${formatBytes(bytes)})`,
    none: 'Every other run is pinned or in the charts: unpin or hide one, then delete it.',
  },
  elsewhere: {
    title: (name: string) => `${name} is open in another tab`,
    body: 'Two tabs cannot train the same run. This tab can go on with a copy.',
    copy: 'Open a copy here',
  },
  offer: {
    title: (name: string) => `${name} is not finished`,
    body: (step: number, total: number) => `It stopped at step ${formatCount(step)} of ${formatCount(total)} and is kept in this browser.`,
    goOn: 'Go on with it',
  },
  problem: 'Runs',
  notNow: 'Not now',
  understood: 'Understood',
  replay: {
    title: 'Back where the run was',
    busy: (step: number, target: number, from: number) => `Training steps ${formatCount(from + 1)} to ${formatCount(target)} again from the checkpoint at step ${formatCount(from)}: ${formatCount(step)}`,
    same: (count: number) => `${steps(count)} after the checkpoint ${count === 1 ? 'was' : 'were'} trained again; every number came out the same.`,
    differing: (differing: number, count: number) => `${steps(count)} after the checkpoint ${count === 1 ? 'was' : 'were'} trained again; ${formatCount(differing)} came out with other numbers, which the charts now show. Only WASM replays exactly, and only the same version of the page.`,
  },
};
