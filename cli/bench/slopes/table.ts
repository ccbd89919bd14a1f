/** @file Slopes as text for a terminal. */
import { padTable } from '../text.ts';
import type { LogLogFit } from './fit.ts';
import type { BackendSlopes, Slope } from './slopes.ts';

const fitText = ({ slope, residual }: LogLogFit): string => `${slope.toFixed(2)} (${(100 * residual).toFixed(0)} %)`;
const list = (values: readonly number[]): string => values.map((value) => value.toFixed(0)).join(' / ');

const ofSlope = ({ axis, part, values, times, wall, cpu }: Slope): string[] => [
  `${axis} ${values.join(', ')}: ${part}`,
  list(times.map((time) => time.wall)),
  list(times.map((time) => time.cpu)),
  fitText(wall),
  fitText(cpu),
  axis === 'workers'
    ? times
        .slice(1)
        .map((time) => ((times[0]?.wall ?? NaN) / time.wall).toFixed(2))
        .join(' / ')
    : '',
];

export function slopesText({ backend, rounds, slopes }: BackendSlopes): string {
  return [
    `${backend === 'wasm' ? 'wasm in Node' : backend}: milliseconds, mean of the fastest quarter of ${rounds} rounds; slope of log time (largest residual)`,
    ...padTable([['', 'wall', 'CPU', 'slope, wall', 'slope, CPU', 'speed-up'], ...slopes.map(ofSlope)]),
    'Untrained policies; rows of full length in groups that share prompts. step = decode, score, gradient and update, without the rewards.',
  ].join('\n');
}
