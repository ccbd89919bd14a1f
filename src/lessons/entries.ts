/** @file Ids of the atlas entries: papers, and results that belong to no paper. */

/** Stored results on the page’s presets and algorithms, by the id of their experiment. */
export const otherEntries = [
  { id: 'default', title: 'Preset “Thinking pays”' },
  { id: 'countdown', title: 'Preset “Countdown”' },
  { id: 'objectives', title: 'Every algorithm on one task' },
  { id: 'objectives-later', title: 'Algorithms of 2024 to 2026 on one task' },
] as const;

const PAPERS = 94;

/** Id of a paper’s experiment. */
export const entryOfPaper = (paper: number): string => `paper-${paper}`;

/** Whether an address may name this entry. */
export function isEntry(word: string): boolean {
  const paper = /^paper-([1-9][0-9]?)$/.exec(word)?.[1];
  return paper === undefined ? otherEntries.some(({ id }) => id === word) : Number(paper) <= PAPERS;
}
