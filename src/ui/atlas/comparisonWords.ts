/** @file The words of a comparison that is run again beside the charts. */

export const comparisonWords = {
  title: (paper: string, arm: string) => `${paper}: ${arm}`,
  place: (index: number, count: number) => `Arm ${index} of ${count}, live; what is stored of it is in the atlas.`,
  next: (title: string) => `Train next: ${title}`,
  back: 'Back to the atlas',
  end: 'Leave',
};
