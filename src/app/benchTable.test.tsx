/** @file The bench as a table: rows, the states of its columns, and the reach of a symbol. */
import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { BenchTable } from '../ui/bench/BenchTable.tsx';
import { reachOf, topPush } from '../ui/bench/view.ts';
import { formatNumber } from '../ui/format.ts';
import { benchColumns, benchGroup } from './fixture/fakeBench.ts';

const ignore = () => undefined;
const html = renderToString(
  <MantineProvider>
    <BenchTable
      group={benchGroup}
      columns={benchColumns}
      choices={[{ id: 'grpo', title: 'GRPO', summary: '', group: 'Groups' }]}
      most={6}
      isGraded={false}
      onPick={ignore}
      onRemove={ignore}
    />
  </MantineProvider>,
).replaceAll('<!-- -->', '');
const count = (pattern: RegExp) => [...html.matchAll(pattern)].length;

it('equal completions share a row, with the exact probabilities of each column that has an update', () => {
  const rows = count(/data-testid="bench-row"/g);
  expect(rows).toBe(new Set(benchGroup.completions.map(({ tokens, reward }) => JSON.stringify([tokens, reward]))).size);
  const [first] = benchColumns;
  const { before, after } = first!.update!.completions[0]!;
  expect(html).toContain(`data-before="${Math.exp(before)}" data-after="${Math.exp(after)}"`);
  expect(html).toContain(`${formatNumber(100 * Math.exp(before))} → ${formatNumber(100 * Math.exp(after))}`);
  expect(count(/data-testid="bench-kl"/g)).toBe(3);
});

it('a column without advantages, one that leaves the group out, one at work and a refused one say so', () => {
  const rows = count(/data-testid="bench-row"/g);
  expect(count(/>no advantage</g)).toBe(rows);
  expect(count(/>left out</g)).toBe(rows);
  expect(count(/>makes its update …</g)).toBe(1);
  expect(html).toContain('No update: rollouts: sft imitates demonstrations.');
  expect(html).toContain('shades leave that out');
});

it('reachOf counts the tokens whose push a setting changes', () => {
  const update = benchColumns[0]!.update!;
  const tokens = benchGroup.completions.reduce((sum, completion) => sum + completion.tokens.length, 0);
  expect(reachOf(update, 'beta')).toEqual({ moved: benchGroup.completions.length, of: tokens });
  expect(reachOf(update, 'epsilon')).toEqual({ moved: 0, of: tokens });
  expect(reachOf(update, 'constructor')).toBeNull();
  expect(topPush(update)).toBe(Math.max(...update.completions.flatMap(({ pushes }) => pushes.map(Math.abs))));
});
