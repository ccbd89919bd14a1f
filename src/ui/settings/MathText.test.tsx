import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { MathText } from './MathText.tsx';

const render = (formula: string) =>
  renderToString(<MathText formula={formula} label="whole" />).replaceAll('<!-- -->', '');

it('MathText slants variables, keeps words upright and lowers indices', () => {
  expect(render('J = E[min(r A, 1+ε_high) − β k3]')).toContain(
    '<span><i>J</i> = <i>E</i>[min(<i>r</i> <i>A</i>, 1+<i>ε</i><sub>high</sub>) − <i>β</i> <i>k3</i>]</span>',
  );
});

it('MathText puts equations side by side on a line each, and has the formula as its name', () => {
  const html = render('J = r A,  A = R − mean R');
  expect(html.match(/<span>/g)).toHaveLength(2);
  expect(html).toMatch(/role="math" aria-label="whole"/);
});
