import { MantineProvider } from '@mantine/core';
import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { ModelOffer, type ModelOfferProps } from './ModelOffer.tsx';

const forecast = (bits: 4 | 8 | 32, refusal: string | null = null) => ({
  bits,
  bytes: { file: 1e6 * bits, weights: 2e6 * bits, adapter: 5e6, cache: 7e6, gradient: 9e6, runtime: 3e8 },
  peak: 1.25e9,
  limit: { bytes: 2e9, of: 'a tab on WASM' },
  rows: 8,
  usualRows: 32,
  states: 2048,
  inLayers: true,
  seconds: 12,
  rate: 34e9,
  refusal,
});

const render = (props: Partial<ModelOfferProps> = {}) =>
  renderToString(
    <MantineProvider>
      <ModelOffer
        name="someone/tiny"
        bytes={27e7}
        isRemote
        room={5e9}
        usualBits={32}
        forecasts={[forecast(4), forecast(8), forecast(32)]}
        disabled={false}
        onLoad={() => undefined}
        {...props}
      />
    </MantineProvider>,
  )
    .replaceAll('<!-- -->', '')
    .replaceAll('\u202f', ' ');

it('a model has its forecast in the usual bits, and a button with the bytes that come', () => {
  const html = render();
  expect(html).toContain('<option value="32" selected="">32 bits, the usual</option>');
  expect(html).toContain('<td>32.0 MB in this browser’s storage, which has room for 5.00 GB</td>');
  expect(html).toContain('<th scope="row">Weights</th><td>96.0 MB, their file included</td>');
  expect(html).toContain('<td>7.00 MB, 8 completions at once; 32 do not fit</td>');
  expect(html).toContain('<td>9.00 MB, 2 048 positions together, one layer at a time, computed again backward</td>');
  expect(html).toContain('<td>about 1.25 GB of the 2.00 GB of a tab on WASM</td>');
  expect(html).toContain('about 12 s if every completion has its full length; estimated from 34.0 GFLOP/s, measured');
  expect(html).toContain('Download 270.0 MB');
  expect(html).not.toContain('disabled=""');
  expect(render({ isRemote: false })).toContain('Load 270.0 MB');
});

it('the most bits that fit are chosen, and a model that does not fit cannot be loaded', () => {
  const tooBig = forecast(32, 'With 32 bits this model needs about 3 GB.');
  expect(render({ forecasts: [forecast(4), forecast(8), tooBig] })).toContain('<option value="8" selected="">');
  const html = render({ forecasts: [tooBig] });
  expect(html).toMatch(/role="alert" data-testid="model-refusal">With 32 bits this model needs about 3 GB\.</);
  expect(html).not.toContain('Memory at most');
  expect(html).toMatch(/<button[^>]* disabled="" data-testid="model-load"/);
});
