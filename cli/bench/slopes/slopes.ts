/** @file `npm run bench -- --slopes`: time of decoding, learning and a whole step against batch, length and the like. */
import { random } from '../../../src/lib/random.ts';
import type { Learner } from '../../../src/rl/learner/learner.ts';
import type { GradientBatch, RolloutBatch } from '../../../src/rl/trajectory/tokens.ts';
import { type CliBackend, createLearner } from '../../environment.ts';
import { createProgress } from '../../progress.ts';
import { processorMilliseconds, undisturbed } from '../clock.ts';
import { type LogLogFit, logLogFit } from './fit.ts';
import { baseSize, type Size, sizedGradient, sizedRollout, sizedSpec } from './sizes.ts';

/** The sizes of each axis; the other axes stay at the base, but workers get enough shards for all. */
const axes: { readonly [A in keyof Size]: readonly number[] } = {
  batch: [64, 128, 256],
  length: [32, 64, 128],
  layers: [2, 4, 8],
  rank: [4, 8, 16],
  vocabulary: [64, 128, 256],
  workers: [1, 2, 4],
};

const sizeAt = (axis: keyof Size, value: number): Size => ({
  ...baseSize,
  ...(axis === 'workers' ? { batch: 128 } : {}),
  [axis]: value,
});

const ROUNDS: Readonly<Record<CliBackend, number>> = { node: 7, wasm: 4 };

export const parts = ['decode', 'score + gradient', 'step'] as const;
export type Part = (typeof parts)[number];

/** Milliseconds. */
export interface Timed {
  readonly wall: number;
  /** Of all threads of this process. */
  readonly cpu: number;
}

export interface Slope {
  readonly axis: keyof Size;
  readonly part: Part;
  readonly values: readonly number[];
  /** At each value, the mean of the fastest quarter of the rounds. */
  readonly times: readonly Timed[];
  /** Of time against the value; for workers only the wall's is of use, -1 at best. */
  readonly wall: LogLogFit;
  readonly cpu: LogLogFit;
}

export interface BackendSlopes {
  readonly backend: CliBackend;
  readonly rounds: number;
  readonly slopes: readonly Slope[];
}

/** A learner of one size with its batches. */
interface Sized {
  readonly value: number;
  readonly learner: Learner;
  readonly rollout: RolloutBatch;
  readonly gradient: GradientBatch;
}

async function sizedLearner(axis: keyof Size, value: number, backend: CliBackend): Promise<Sized> {
  const size = sizeAt(axis, value);
  const learner = await createLearner(sizedSpec(size), 1, backend, size.workers);
  const rollout = sizedRollout(size);
  const { tokenIds } = await learner.sample(rollout);
  return { value, learner, rollout, gradient: sizedGradient(size, tokenIds) };
}

/** One step of a learner, part by part. */
async function timedStep({ learner, rollout, gradient }: Sized): Promise<Record<Part, Timed>> {
  const clock = (): Timed => ({ wall: performance.now(), cpu: processorMilliseconds() });
  const since = (begun: Timed, ended: Timed): Timed => ({ wall: ended.wall - begun.wall, cpu: ended.cpu - begun.cpu });
  const begun = clock();
  await learner.sample(rollout);
  const drawn = clock();
  await learner.score(gradient);
  await learner.gradient(gradient);
  const gathered = clock();
  await learner.update({ learningRate: 1e-3, maxGradNorm: 1 });
  return {
    decode: since(begun, drawn),
    'score + gradient': since(drawn, gathered),
    step: since(begun, clock()),
  };
}

/** The slopes of one axis: rounds over its sizes in random order, the first of which warms up. */
async function axisSlopes(axis: keyof Size, backend: CliBackend): Promise<Slope[]> {
  const sizes: Sized[] = [];
  try {
    for (const value of axes[axis]) sizes.push(await sizedLearner(axis, value, backend));
    const taken = sizes.map((): Record<Part, Timed>[] => []);
    const order = random(Date.now(), 'slopes');
    for (let round = 0; round <= ROUNDS[backend]; round++)
      for (const i of order.shuffle([...sizes.keys()])) {
        const times = await timedStep(sizes[i] as Sized);
        if (round > 0) taken[i]?.push(times);
      }
    return parts.map((part) => slopeOf(axis, part, taken));
  } finally {
    for (const { learner } of sizes) await learner.dispose();
  }
}

function slopeOf(axis: keyof Size, part: Part, taken: readonly (readonly Record<Part, Timed>[])[]): Slope {
  const values = axes[axis];
  const times = taken.map((rounds): Timed => ({
    wall: undisturbed(rounds.map((round) => round[part].wall)),
    cpu: undisturbed(rounds.map((round) => round[part].cpu)),
  }));
  const fit = (clock: keyof Timed) =>
    logLogFit(
      values,
      times.map((time) => time[clock]),
    );
  return { axis, part, values, times, wall: fit('wall'), cpu: fit('cpu') };
}

/** The slopes of a backend, axis by axis. */
export async function measureSlopes(backend: CliBackend): Promise<BackendSlopes> {
  const slopes: Slope[] = [];
  const names = Object.keys(axes) as (keyof Size)[];
  const progress = createProgress(`slopes ${backend}`, names.length);
  for (const [i, axis] of names.entries()) {
    slopes.push(...(await axisSlopes(axis, backend)));
    progress.update(i + 1, axis);
  }
  progress.finish();
  return { backend, rounds: ROUNDS[backend], slopes };
}
