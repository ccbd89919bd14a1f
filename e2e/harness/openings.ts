/** @file Graphs not used by any run yet: placement of their nodes on WebGPU, and their numbers against WASM. */
import { input } from '../../src/engine/graph/index.ts';
import { type CompiledGraph, compile } from '../../src/engine/onnx/compile.ts';
import { largestError, type Numbers, runGraph } from '../../src/engine/onnx/graphRun.ts';
import type { Placement } from '../../src/engine/runtime/runtime.ts';
import { createWasmRuntime } from '../../src/engine/runtime/wasm.ts';
import { createWebGpuRuntime } from '../../src/engine/runtime/webgpu.ts';
import { random } from '../../src/lib/random.ts';
import { imageGradient } from '../../testing/imagePolicy.ts';
import { drawToken } from '../../src/policy/sampling.ts';

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

const openings = { image, draw };

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
