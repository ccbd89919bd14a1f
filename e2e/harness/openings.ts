/** @file Graphs not used by any run yet: placement of their nodes on WebGPU, and their numbers against WASM. */
import { grad } from '../../src/engine/autodiff/grad.ts';
import { input, reduceSum } from '../../src/engine/graph/index.ts';
import { type CompiledGraph, compile } from '../../src/engine/onnx/compile.ts';
import { largestError, type Numbers, runGraph } from '../../src/engine/onnx/graphRun.ts';
import type { Placement } from '../../src/engine/runtime/runtime.ts';
import { createWasmRuntime } from '../../src/engine/runtime/wasm.ts';
import { createWebGpuRuntime } from '../../src/engine/runtime/webgpu.ts';
import { present } from '../../src/lib/assert.ts';
import { random } from '../../src/lib/random.ts';
import { forkGraph } from '../../src/policy/gpuDecode.ts';
import { frozenParameters } from '../../src/policy/parameters.ts';
import { denoiserLayout, denoiserParameters, denoiserPolicy, denoiserShape } from '../../testing/denoiser.ts';
import { imageGradient } from '../../testing/imagePolicy.ts';
import { tinyConfig } from '../../testing/tinyPolicy.ts';
import { drawToken } from '../../src/policy/sampling.ts';
import { openSpec } from '../../src/rl/learner/feeds.ts';
import { gradientGraph } from '../../src/rl/learner/graphs.ts';
import type { SlotSpec } from '../../src/rl/learner/learner.ts';
import { microBatches } from '../../src/rl/learner/microBatches.ts';
import { trained } from '../../src/rl/learner/programs.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { gradientBatch, sized } from './specs.ts';

interface Opening {
  readonly graph: CompiledGraph;
  readonly feeds: Readonly<Record<string, Numbers>>;
}

/** The gradient of the patch embedder of a prompt with an image. */
function image(): Opening {
  const { outputs, feeds } = imageGradient();
  return { graph: compile('image', outputs), feeds };
}

/** Sampling from a vocabulary too large for one running sum. */
function draw(): Opening {
  const [rows, vocabSize] = [8, 4096];
  const stream = random('wide draw', 1);
  const drawn = drawToken(input('logits', [rows, vocabSize]), input('uniform', [rows]), input('temperature', []));
  return {
    graph: compile('draw', { ...drawn }),
    feeds: {
      logits: Array.from({ length: rows * vocabSize }, () => 3 * stream.normal()),
      uniform: Array.from({ length: rows }, () => stream.uniform()),
      temperature: [0.8],
    },
  };
}

/** The gradient of one slot on random tokens, its parameters a little away from where they start. */
function trainedSlot(slot: SlotSpec): Opening {
  const rows = 4;
  const { spec, policy } = sized('tiny', rows);
  // Constants, so that nothing else is fed, in the form for a GPU.
  const baseOf: typeof frozenParameters = (weights) => ({ ...frozenParameters(weights), fewNodes: true });
  const opened = openSpec({ ...spec, slots: { [policySlot]: slot } }, baseOf);
  const parts = trained(present(opened.slots[policySlot], policySlot));
  const batch = gradientBatch({ spec, policy, segments: [] }, rows);
  const { trajectory } = present(microBatches(opened, batch)[0], 'the rows in one run');
  const stream = random('slot', 1);
  const parameters = parts.set.initial(random('slot', 0)).map((x) => x + 0.05 * stream.normal());
  const graph = gradientGraph(parts);
  const { arrays } = batch;
  const feeds = { ...arrays, selected: arrays.mask, ...trajectory, parameters, temperature: [0.9] };
  const fed = Object.entries(feeds).filter(([name]) => graph.inputs.some((known) => known.name === name));
  return { graph, feeds: Object.fromEntries(fed) as Opening['feeds'] };
}

/** All weights, on demonstrations. */
const allWeights = () => trainedSlot({ set: { kind: 'full' }, algorithm: { id: 'sft' }, reference: false });

/** A reward head, on pairs. */
const rewardHead = () => trainedSlot({ set: { kind: 'head' }, algorithm: { id: 'bradley_terry' }, reference: false });

/** The cache of a sampler, its rows copied so that several go on from one. */
function fork(): Opening {
  const shape = { rows: 4, promptLength: 3, completionLength: 4 };
  const graph = forkGraph({ ...tinyConfig, dim: 64 }, shape);
  const stream = random('fork', 1);
  const feeds = Object.fromEntries(
    graph.inputs.map(({ name, shape: size }) => [
      name,
      name === 'parent' ? [2, 2, 0, 2] : Array.from({ length: size.reduce((a, b) => a * b, 1) }, () => stream.normal()),
    ]),
  );
  return { graph, feeds };
}

/** The gradient of a policy that is not autoregressive. */
function denoiser(): Opening {
  const { rows, steps } = denoiserShape;
  const stream = random('denoiser', 1);
  const flat = input('flat', [denoiserLayout.size]);
  const policy = denoiserPolicy();
  const { distributions } = policy.pass(denoiserParameters(flat), input('temperature', []));
  const loss = reduceSum(policy.logProbs(distributions));
  const normals = (count: number) => Array.from({ length: count }, () => stream.normal());
  return {
    graph: compile('denoiser', { loss, gradient: present(grad(loss, [flat])[0], 'the gradient') }),
    feeds: { flat: normals(denoiserLayout.size), points: normals(rows * (steps + 1) * 2), temperature: [0.8] },
  };
}

const openings = { image, draw, fork, denoiser, allWeights, rewardHead };

/** The placement of one graph, and the largest distance of its outputs from those of WASM, relative to 1 + |WASM's|. */
export async function compareOpening(
  name: keyof typeof openings,
): Promise<{ placement: Placement | undefined; differences: Record<string, number> }> {
  const { graph, feeds } = openings[name]();
  const gpu = await createWebGpuRuntime({ auditPlacement: true });
  const wasm = await createWasmRuntime();
  const program = await gpu.compile(graph.bytes, graph);
  const { placement } = program;
  await program.dispose();
  const [actual, expected] = [await runGraph(gpu, graph, feeds), await runGraph(wasm, graph, feeds)];
  await gpu.dispose();
  await wasm.dispose();
  const differences = Object.fromEntries(
    Object.entries(expected).map(([output, numbers]) => [output, largestError(actual[output], numbers)]),
  );
  return { placement, differences };
}
