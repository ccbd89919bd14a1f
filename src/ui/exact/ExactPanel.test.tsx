/**
 * @file Names of the outcomes hold the bars' numbers, heights are shares of the tallest bar, and the empty state says
 * what will come.
 */
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ExactPanel, type ExactView } from './ExactPanel.tsx';

const masses = { reference: 0.5, policy: 0.3, optimum: 0.1 };
const exact: ExactView = {
  beta: 0.08,
  objective: 0.6,
  optimalObjective: 0.7,
  gapClosed: 0.5,
  totalVariation: 0.25,
  refTotalVariation: 0.55,
  entropy: 4.2,
  outcomes: 512,
  top: [{ completion: 'fae', reward: 0.87, reference: 0.1, policy: 0.2, optimum: 0.4 }],
  others: masses,
  malformed: { reference: 0, policy: 0, optimum: 0 },
};

test('an outcome names its reward and three probabilities, and its bars have their heights', () => {
  const markup = renderToStaticMarkup(<ExactPanel exact={exact} />).replaceAll('\u202f', ' ');
  expect(markup).toContain('fae: reward 0.870; base 10 %, policy 20 %, optimum 40 %');
  expect(markup.match(/height:[0-9.]+%/g)).toEqual(['height:25%', 'height:50%', 'height:100%']);
  expect(markup).toContain('0.600 of 0.700');
  expect(markup).toContain('The other 511: base 50 %, policy 30 %, optimum 10 %.');
  expect(markup).toContain('data-gap="0.5"');
});

test('without a read-out the panel announces its drawing', () => {
  expect(renderToStaticMarkup(<ExactPanel exact={null} />)).toContain('computed over all of them at every evaluation');
});
