/** @file What the atlas can open: a paper, or one of the results that belong to none. */

/** Stored results on the page's own presets and on all algorithms, by the id of their experiment. */
export const otherEntries = [
  { id: 'default', title: 'Preset “Thinking pays”' },
  { id: 'countdown', title: 'Preset “Countdown”' },
  { id: 'objectives', title: 'Every algorithm on one task' },
] as const;

const PAPERS = 94;

/** The experiment of a paper. */
export const entryOfPaper = (paper: number): string => `paper-${paper}`;

/** Whether an address may ask for this entry. */
export function isEntry(word: string): boolean {
  const paper = /^paper-([1-9][0-9]?)$/.exec(word)?.[1];
  return paper === undefined ? otherEntries.some(({ id }) => id === word) : Number(paper) <= PAPERS;
}
