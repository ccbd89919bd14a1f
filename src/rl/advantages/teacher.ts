/** @file Per-token advantages of on-policy distillation: the log-ratio of a teacher to the policy (arXiv 2601.19897). */
import { assert } from '../../lib/assert.ts';
import { type Estimator, notInTrl, notInVerl } from './estimator.ts';

/** Not in the list of estimators: it needs a task with prompts for a teacher. */
export const teacher: Estimator = {
  id: 'teacher',
  title: 'Log-ratio of a teacher',
  summary:
    'How much likelier the teacher would write each token than the policy; its mean is minus the divergence from the teacher.',
  citation: '2601.19897',
  trl: notInTrl,
  verl: notInVerl,
  needs: 'teacher',
  perToken: true,
  estimate({ tokens: { mask, penalties, teacherGains } }) {
    assert(teacherGains, 'teacherLogp: a teacher’s log-probabilities are needed');
    return { advantages: mask.map((m, i) => (m > 0 ? (teacherGains[i] as number) - (penalties[i] as number) : 0)) };
  },
};
