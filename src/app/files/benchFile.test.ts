/** @file The bench as CSV. */
import { expect, it } from 'vitest';
import { defaultConfig } from '../../rl/config/config.ts';
import { tasks } from '../../tasks/index.ts';
import type { BenchColumnView } from '../../ui/bench/view.ts';
import { present } from '../../lib/assert.ts';
import { fakeStep } from '../fixture/fakeRun.ts';
import { fakeUpdate } from '../fixture/fakeUpdate.ts';
import { benchCsv } from './benchFile.ts';

it('one line per algorithm, completion and token, with the numbers unrounded', () => {
  const task = present(tasks[0], 'a task');
  const group = present(fakeStep(defaultConfig, task, 3).groups[0], 'a group');
  const { prompt, completions } = group;
  const update = fakeUpdate(
    { config: defaultConfig, prompt, completions: completions.map(({ tokenIds }) => tokenIds) },
    3,
  );
  const column = (title: string, one: BenchColumnView['update']): BenchColumnView => ({
    id: 0,
    choice: 'grpo',
    title,
    loss: { title, loss: '=A * "logp"', fields: {}, words: {} },
    settings: [],
    parts: {},
    hasAdvantages: true,
    update: one,
    problem: null,
  });
  const lines = benchCsv(4, group, [column('GRPO', update), column('waits', null)])
    .trimEnd()
    .split('\r\n');
  const tokens = completions.reduce((sum, { tokens: of }) => sum + of.length, 0);
  expect(lines).toHaveLength(1 + tokens);
  expect(lines[0]).toMatch(/^step,prompt,algorithm,loss,kl_moved,grad_norm,completion,.*,push$/);
  // A formula that begins like one of a spreadsheet is disarmed.
  expect(lines[1]).toContain(`GRPO,"'=A * ""logp""",${update.klMoved},${update.gradNorm},1,`);
  expect(lines[1]).toContain(`,${update.completions[0]!.advantage},${update.completions[0]!.before},`);
  expect(lines[1]!.endsWith(`,${update.completions[0]!.pushes[0]}`)).toBe(true);
});
