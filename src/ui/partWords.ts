/** @file The sentences about a part of the page that did not load or failed. */
const names = {
  atlas: 'The atlas',
  lessons: 'The list of lessons',
  lesson: 'The lesson',
  share: 'The dialog for sharing',
  plot: 'The drawing',
  transport: 'The bar with Train and Reset',
  settings: 'The settings column',
  messages: 'The messages above the charts',
  comparison: 'The comparison',
  compare: 'The dialog for comparisons',
  charts: 'The charts',
  river: 'The river',
  debrief: 'The debrief',
  group: 'The group of completions',
  bench: 'The bench of algorithms',
  ask: 'Ask both',
  runs: 'The list of runs',
  foot: 'The line about backend and policy',
  rewards: 'The dialog for rewards',
  editor: 'The editor',
  picture: 'The code that saves pictures',
  files: 'The code that reads and writes files',
  storage: 'The code that keeps runs',
  formula: 'The code that reads objectives',
};

/** A part of the page that can be missing while the rest works. */
export type PartId = keyof typeof names;

export const partWords = {
  notLoaded: (part: PartId) => `${names[part]} did not load`,
  failed: (part: PartId) => `${names[part]} failed`,
  goesOn: 'The rest of the page works, and training goes on.',
  retry: 'Try again',
  retryHint: 'check the connection, then try again',
  stillNot: 'It did not load this time either: there may be a newer version of the page.',
  reopen: 'Open the page again',
  plainEditor: 'The plain field works in its place.',
  close: 'Close',
  whole: {
    title: 'This page failed',
    kept: 'Runs are kept in this browser up to the last saved step. Opening the page again brings this one back.',
    reason: (message: string) => `Reason: ${message}`,
  },
};
