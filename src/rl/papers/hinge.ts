/** @file The hinge loss on pairs (SLiC, arXiv 2305.10425; RSO, arXiv 2309.06657). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, marginText, noPairsInVerl, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/** DPO, but max(0, 1 - beta d). TRL's `hinge`. */
export const hinge = variant(dpo, {
  id: 'hinge',
  title: 'Hinge',
  summary: 'DPO that stops pushing a pair once its margin is reached.',
  formula: 'L = max(0, 1 − β d)',
  citation: '2309.06657',
  trl: inDpoTrainer('hinge'),
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  text: `# No more is asked once the distance is large enough.
${marginText}
max(1 - m, 0)`,
});
