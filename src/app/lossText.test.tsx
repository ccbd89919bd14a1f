/** @file The loss as text: links to fields, and no lost character. */
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { wholeText } from '../rl/formula/paper.ts';
import { algorithms } from '../rl/papers/index.ts';
import { LossText } from '../ui/settings/LossText.tsx';

const render = (loss: string, fields: Readonly<Record<string, string>> = {}) =>
  renderToString(<LossText title="GRPO" loss={loss} fields={fields} words={{ A: 'The advantage.' }} />).replaceAll(
    '<!-- -->',
    '',
  );

it('a name with a field is a button that says where it leads, also inside no other name', () => {
  const html = render('# beta holds\nclip(r, epsilon) * A + beta', { epsilon: 'Clip ε', beta: 'KL coefficient β' });
  expect([...html.matchAll(/data-symbol="(\w+)" title="([^"]*)"/g)].map(([, name, title]) => [name, title])).toEqual([
    ['epsilon', 'Go to Clip ε'],
    ['beta', 'Go to KL coefficient β'],
  ]);
  expect(html).toContain('<span title="The advantage.">A</span>');
  expect(render('epsilon_high + constructor', { epsilon: 'Clip ε' })).not.toContain('<button');
});

it('no character of any algorithm is lost', () => {
  const shown = (html: string) =>
    (/<pre[^>]*>(.*)<\/pre>/s.exec(html)?.[1] ?? '')
      .replaceAll(/<[^>]*>/g, '')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&#x27;', "'")
      .replaceAll('&amp;', '&');
  const changed = algorithms.filter(
    (paper) => shown(render(wholeText(paper), { beta: 'β' })) !== `${wholeText(paper)}\n`,
  );
  expect(changed.map(({ id }) => id)).toEqual([]);
});
