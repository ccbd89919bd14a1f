/** @file Memory and time of a run before its model is loaded. */
import { needsLayers } from '../learner/layers/sizes.ts';
import { FEWEST_ROWS, fits, fittingRows, halves, type Limit, memoryOf, type Planned, usualRows } from './fit.ts';
import { statesOf, stepWork } from './flops.ts';
import { type Bytes, bytesOf, largestTensor, peakOf } from './memory.ts';
import type { Rates } from './probe.ts';

export interface Forecast {
  readonly bits: Planned['bits'];
  readonly bytes: Bytes;
  readonly peak: number;
  readonly limit: Limit;
  /** Rows that are sampled together, and those where memory is no limit. */
  readonly rows: number;
  readonly usualRows: number;
  /** Most positions of a micro-batch. */
  readonly states: number;
  /** One layer at a time, computed again for the gradient. */
  readonly inLayers: boolean;
  /** Longest time of a step, in which every completion has its full length, at `rate` operations a second. */
  readonly seconds: number;
  readonly rate: number;
  /** Why the model cannot be run; null where it fits. */
  readonly refusal: string | null;
}

const FEWEST_TOKENS = 16;

/** Time of measured steps over that of their products and of unpacking: attention, norms, copies. */
const OVERHEAD = 1.4;

/** A GPU multiplies by blocks as they are stored, and whole graphs hold weights in single precision. */
function secondsOf({ config, bits, run, backend }: Planned, rows: number, { product, unpack }: Rates): number {
  const { decode, score, gradient, unpacked } = stepWork(config, run, backend, rows);
  const unpacking = bits === 32 || backend === 'webgpu' || !needsLayers(config) ? 0 : unpacked / unpack[bits];
  return OVERHEAD * ((decode + score + gradient) / product + unpacking);
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)}\u00a0GB`;

/** A change under which the model would fit, in words; empty if there is none. */
function remedy(planned: Planned, limit: Limit): string {
  const wouldFit = (changed: Partial<Planned>) => fits(memoryOf({ ...planned, ...changed }, FEWEST_ROWS), limit);
  const bits = ([8, 4] as const).find((fewer) => fewer < planned.bits && wouldFit({ bits: fewer }));
  if (bits) return ` With ${bits} bits it fits.`;
  const tokens = halves(planned.run.completionLength, FEWEST_TOKENS).find((completionLength) =>
    wouldFit({ run: { ...planned.run, completionLength } }),
  );
  return tokens === undefined ? '' : ` Completions of at most ${tokens} tokens fit.`;
}

/** Why a model cannot be run: need and limit in a sentence; null where it fits. */
export function refusalOf(planned: Planned, limit: Limit): string | null {
  if (fittingRows(planned, limit) !== null) return null;
  const of = memoryOf(planned, FEWEST_ROWS);
  const peak = peakOf(bytesOf(of));
  const need =
    peak > limit.bytes
      ? `this model needs about ${gigabytes(peak)} of memory, and ${limit.of} has ${gigabytes(limit.bytes)}`
      : `one tensor of this model takes ${gigabytes(largestTensor(of))} of memory, and the graphics adapter takes ${gigabytes(limit.tensor)} at most`;
  return `With ${planned.bits} bits ${need}.${remedy(planned, limit)}`;
}

/** The forecast of a run, with the most rows at once that fit, or the fewest. */
export function forecast(planned: Planned, limit: Limit, rates: Rates): Forecast {
  const rows = fittingRows(planned, limit) ?? Math.min(FEWEST_ROWS, usualRows(planned));
  const bytes = bytesOf(memoryOf(planned, rows));
  return {
    bits: planned.bits,
    bytes,
    peak: peakOf(bytes),
    limit,
    rows,
    usualRows: usualRows(planned),
    states: statesOf(planned.run, planned.backend),
    inLayers: needsLayers(planned.config),
    seconds: secondsOf(planned, rows, rates),
    rate: rates.product,
    refusal: refusalOf(planned, limit),
  };
}
