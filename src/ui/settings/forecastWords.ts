/** @file A forecast of memory and time in words. */
import { formatBytes, formatCount, formatNumber, formatSeconds } from '../format.ts';

export interface ForecastFigures {
  readonly bytes: Readonly<Record<'file' | 'weights' | 'adapter' | 'cache' | 'gradient' | 'runtime', number>>;
  readonly peak: number;
  readonly limit: { readonly bytes: number; readonly of: string };
  readonly rows: number;
  readonly usualRows: number;
  readonly states: number;
  readonly inLayers: boolean;
  readonly seconds: number;
  /** Operations a second. */
  readonly rate: number;
}

/** Name and value of each line: memory by part, then the time of a step. */
export function forecastLines(forecast: ForecastFigures): [name: string, value: string][] {
  const { bytes, peak, limit, rows, usualRows, states, inLayers, seconds, rate } = forecast;
  const fewer = rows < usualRows ? `; ${usualRows} do not fit` : '';
  const available = Number.isFinite(limit.bytes) ? ` of the ${formatBytes(limit.bytes)} of ${limit.of}` : '';
  return [
    ['Weights', `${formatBytes(bytes.file + bytes.weights)}, their file included`],
    ['Keys and values', `${formatBytes(bytes.cache)}, ${rows} completions at once${fewer}`],
    [
      'Gradient',
      `${formatBytes(bytes.gradient)}, ${formatCount(states)} positions together, ${inLayers ? 'one layer at a time, computed again backward' : 'all layers at once'}`,
    ],
    ['Adapter', `${formatBytes(bytes.adapter)}, with its optimizer`],
    ['Runtime', formatBytes(bytes.runtime)],
    ['Memory at most', `about ${formatBytes(peak)}${available}`],
    [
      'A step',
      `about ${formatSeconds(seconds)} if every completion has its full length; estimated from ${formatNumber(rate / 1e9)} GFLOP/s, measured now`,
    ],
  ];
}
