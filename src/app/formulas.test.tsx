/** @file Rendered formulas of all papers. */
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { algorithms } from '../rl/papers/index.ts';
import { MathText } from '../ui/settings/MathText.tsx';

const render = (formula: string) =>
  renderToString(<MathText formula={formula} label="whole" />).replaceAll('<!-- -->', '');

it('renders every character of every formula', () => {
  const changed = algorithms.filter(
    ({ formula }) =>
      render(formula)
        .replaceAll(/<sub>/g, '_')
        .replaceAll(/<[^>]*>/g, '')
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>') !== formula.replaceAll(/,\s{2,}/g, ''),
  );
  expect(changed.map(({ id }) => id)).toEqual([]);
});
