/** @file A fixed set of demonstrations by two writers, the reward of each being that of its class. */
import type { Setting } from '../words/setting.ts';
import { demonstrationRow, demonstrationsPerPrompt } from './demonstrations.ts';
import { rowsOfGroups, type Sampling, type SetDemonstration, type Writer } from './sampling.ts';

export const setSize: Setting = {
  id: 'demonstrations',
  loop: true,
  default: 320,
  min: 1,
  max: 100_000,
  summary: 'Demonstrations of the set, which is the same in every step.',
};
export const expertShare: Setting = {
  id: 'expert_share',
  loop: true,
  default: 0.1,
  min: 0,
  max: 1,
  summary: 'Share of the set that the expert wrote; the other writer’s answers are often wrong.',
};
export const shuffledClasses: Setting = {
  id: 'shuffled_classes',
  loop: true,
  default: 0,
  min: 0,
  max: 1,
  summary: 'At 1 the control: which demonstrations count as the expert’s is drawn by lot.',
};

/** Demonstrations of the set in a step, by prompt: few completions need to be watched. */
export const drawnPerPrompt: Setting = {
  ...demonstrationsPerPrompt,
  default: 8,
  summary: 'Demonstrations drawn from the set for every prompt of a step.',
};

/**
 * Demonstrations of the set, drawn with replacement. Their reward is 1 in the expert's class and 0 in the other. The
 * policy's completions are sampled only for metrics and the report.
 */
export const fromDemonstrationSet: Sampling = async (tools) => {
  const groups = await tools.groups(tools.promptsPerStep, 0);
  const watched = rowsOfGroups(groups, tools).map((row) => ({ ...row, used: false }));
  const of = ({ id, default: usual }: Setting): number => tools.settings[id] ?? usual;
  const size = Math.round(of(setSize));
  const experts = Math.round(size * of(expertShare));
  const writer = (index: number): Writer => (index < experts ? 'expert' : 'other');
  const classes =
    of(shuffledClasses) > 0.5
      ? tools.random('shuffled classes').shuffle(Array.from({ length: size }, (_, i) => writer(i)))
      : null;
  const draw = tools.random('demonstrations of the set', tools.step);
  const chosen = Array.from({ length: tools.promptsPerStep * Math.round(of(drawnPerPrompt)) }, (): SetDemonstration => {
    const index = draw.integer(0, size - 1);
    return { index, writer: writer(index), named: classes?.[index] ?? writer(index) };
  });
  const demonstrations = await tools.fromSet(chosen);
  const rows = demonstrations.map((demonstration, i) => ({
    ...demonstrationRow(demonstration),
    reward: chosen[i]?.named === 'expert' ? 1 : 0,
  }));
  return { groups, dropped: [], rows: [...watched, ...rows] };
};
