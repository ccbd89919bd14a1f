/**
 * @file A policy that is not autoregressive: a point in the plane that starts as noise and takes K Gaussian steps,
 * p(x_k+1 | x_k) = N(mean(x_k, k), T deviation^2 I) with a small network as mean (arXiv 2305.13301, section 4.2).
 */
import {
  add,
  constant,
  concat,
  div,
  expand,
  input,
  log,
  mul,
  reduceSum,
  reshape,
  slice,
  square,
  sqrt,
  sub,
  tanh,
  type Value,
} from '../src/engine/graph/index.ts';
import { compile } from '../src/engine/onnx/compile.ts';
import type { HostTensor, Runtime } from '../src/engine/runtime/runtime.ts';
import { layOut, type Parameters, trainableParameters, unflatten } from '../src/policy/parameters.ts';
import type { Policy } from '../src/policy/policy.ts';

export const denoiserShape = { rows: 8, steps: 4 };
const { rows, steps } = denoiserShape;
const [deviation, width] = [0.4, 12];

/** Where the network's weights stand in their flat vector. */
export const denoiserLayout = layOut([
  { name: 'hidden', shape: [3, width] },
  { name: 'out', shape: [width, 2] },
]);

export const denoiserParameters = (flat: Value): Parameters =>
  trainableParameters(unflatten(flat, denoiserLayout.segments));

/** The network's weights, the noise that a sample starts from and the noise of each step. */
export interface DenoiserRequest {
  readonly parameters: Float32Array;
  /** Standard normal numbers [rows, steps + 1, 2]. */
  readonly noise: Float32Array;
  readonly temperature: number;
}

/** Points [n, 2] at times [n, 1] in 0..1 -> state [n, width] and mean of the next point [n, 2]. */
function network(parameters: Parameters, points: Value, times: Value): { state: Value; mean: Value } {
  const state = tanh(parameters.linear('hidden', concat([points, times], 1)));
  return { state, mean: add(points, parameters.linear('out', state)) };
}

const timesOf = (first: number, count: number, repeats: number): Value =>
  constant(
    Array.from({ length: repeats * count }, (_, i) => (first + (i % count)) / steps),
    [repeats * count, 1],
  );

const variance = (temperature: Value): Value => mul(temperature, deviation ** 2);

/** parameters, noise, temperature -> the points of all steps [rows, steps + 1, 2]. */
function samplingGraph() {
  const parameters = denoiserParameters(input('parameters', [denoiserLayout.size]));
  const noise = input('noise', [rows, steps + 1, 2]);
  const spread = sqrt(variance(input('temperature', [])));
  const noiseAt = (step: number) => reshape(slice(noise, 1, step, step + 1), [rows, 2]);
  const points = [noiseAt(0)];
  for (let step = 0; step < steps; step++) {
    const { mean } = network(parameters, points[step] as Value, timesOf(step, 1, rows));
    points.push(add(mean, mul(spread, noiseAt(step + 1))));
  }
  return compile('denoise', {
    points: concat(
      points.map((x) => reshape(x, [rows, 1, 2])),
      1,
    ),
  });
}

const squaredDistance = (a: Value, b: Value): Value => reduceSum(square(sub(a, b)), { axes: -1 });

async function openDenoiser(runtime: Runtime) {
  const graph = samplingGraph();
  const program = await runtime.compile(graph.bytes, graph);
  const policy = denoiserPolicy();
  const parameters = denoiserParameters(input('parameters', [denoiserLayout.size]));
  const { distributions } = policy.pass(parameters, input('temperature', []));
  const reading = compile('read', { logProbs: policy.logProbs(distributions) });
  const reader = await runtime.compile(reading.bytes, reading);
  const floats = (data: Float32Array, ...shape: number[]): HostTensor => ({ dtype: 'float32', shape, data });
  return {
    async sample({ parameters: weights, noise, temperature }: DenoiserRequest) {
      const flat = floats(weights, weights.length);
      const heat = floats(Float32Array.of(temperature));
      const { points } = await program.run({
        parameters: flat,
        noise: floats(noise, rows, steps + 1, 2),
        temperature: heat,
      });
      const trajectory = { points: floats((await points?.read()) as Float32Array, rows, steps + 1, 2) };
      const { logProbs } = await reader.run({ parameters: flat, temperature: heat, ...trajectory });
      const read = (await logProbs?.read()) as Float32Array;
      for (const tensor of [points, logProbs]) tensor?.dispose();
      return { trajectory, written: new Uint8Array(rows * steps).fill(1), logProbs: read };
    },
    async dispose() {
      await program.dispose();
      await reader.dispose();
    },
  };
}

/** Choices are the points after the noise, [rows, steps]. */
export function denoiserPolicy(): Policy<DenoiserRequest, 'mean' | 'variance'> {
  const points = input('points', [rows, steps + 1, 2]);
  const chosen = slice(points, 1, 1, steps + 1);
  const before = reshape(slice(points, 1, 0, steps), [rows * steps, 2]);
  return {
    choices: [rows, steps],
    trajectory: { points },
    varying: {},
    pass(parameters, temperature) {
      const { state, mean } = network(parameters, before, timesOf(0, steps, rows));
      const spread = expand(reshape(variance(temperature), [1, 1]), [rows, steps]);
      return { distributions: { mean: reshape(mean, [rows, steps, 2]), variance: spread }, hidden: state };
    },
    atChoices: (perState) => perState,
    // In the plane: log N = -|x - mean|^2 / 2v - log 2 pi v.
    logProbs: ({ mean, variance: v }) => sub(div(squaredDistance(chosen, mean), mul(v, -2)), log(mul(v, 2 * Math.PI))),
    entropy: ({ variance: v }) => add(log(mul(v, 2 * Math.PI)), 1),
    kl: (p, q) =>
      sub(
        add(
          log(div(q.variance, p.variance)),
          div(add(p.variance, mul(squaredDistance(p.mean, q.mean), 0.5)), q.variance),
        ),
        1,
      ),
    openSampler: openDenoiser,
  };
}
