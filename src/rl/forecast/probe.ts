/** @file A short measurement of this machine: the rate of products, and of unpacking weights. */
import { input, matmul } from '../../engine/graph/index.ts';
import { compile } from '../../engine/onnx/compile.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { BLOCK_SIZE, type Bits, unpackRows } from '../../policy/quantize.ts';
import { floats } from '../learner/feeds.ts';

/** Rows, inner and columns of a product. */
export type ProductShape = readonly [number, number, number];

/** The probe's product: 1.1e9 operations, from 0.1 ms on a fast GPU to 0.1 s on a slow CPU. */
const PROBED: ProductShape = [256, 1024, 2048];

/** Milliseconds for which a measurement is repeated. */
const SPAN = 200;
/** Products of one round on a fast GPU, of which the last is awaited: waiting takes longer than a product. */
const GPU_ROUND = 8;
/** Milliseconds of a product from which on waiting matters little. */
const SLOW = 20;

export interface ProbeOptions {
  /** Milliseconds from an arbitrary start. */
  readonly now?: () => number;
  /** Rounds at least and at most, after one that warms up. */
  readonly rounds?: readonly [number, number];
}

/** Operations a second of a product in single precision, in the fastest of some rounds. */
export async function productRate(
  runtime: Runtime,
  [rows, inner, columns]: ProductShape,
  { now = () => performance.now(), rounds: [least, most] = [2, 30] }: ProbeOptions = {},
): Promise<number> {
  const graph = compile('product', { c: matmul(input('a', [rows, inner]), input('b', [inner, columns])) });
  const program = await runtime.compile(graph.bytes, graph);
  const filled = (height: number, width: number) =>
    runtime.upload(floats(new Float32Array(height * width).fill(0.5), height, width));
  const feeds = { a: filled(rows, inner), b: filled(inner, columns) };
  const isGpu = runtime.backend === 'webgpu';
  const round = async (count: number): Promise<number> => {
    const start = now();
    const made = await Promise.all(Array.from({ length: count }, () => program.run(feeds)));
    if (isGpu) await made.at(-1)?.c?.read();
    const milliseconds = now() - start;
    for (const { c } of made) c?.dispose();
    return milliseconds / count;
  };
  await round(1);
  const end = performance.now() + SPAN;
  let best = await round(1);
  const count = isGpu && best < SLOW ? GPU_ROUND : 1;
  for (let i = 1; i < most && (i < least || performance.now() < end); i++) best = Math.min(best, await round(count));
  for (const tensor of Object.values(feeds)) tensor.dispose();
  await program.dispose();
  return (2 * rows * inner * columns * 1000) / best;
}

const UNPACKED = [512, 1024] as const;

/** Weights a second that a CPU unpacks from blocks, in the fastest of some rounds. */
export function unpackRate(bits: Bits): number {
  const count = UNPACKED[0] * UNPACKED[1];
  const [packed, scales] = [new Uint8Array((count * bits) / 8), new Float32Array(count / BLOCK_SIZE)];
  const into = new Float32Array(count);
  let best = Infinity;
  for (let i = 0; i < 12; i++) {
    const start = performance.now();
    unpackRows({ kind: 'quantized', bits, shape: UNPACKED, packed, scales }, into);
    best = Math.min(best, performance.now() - start);
  }
  return (count * 1000) / best;
}

/** Rates of a machine: operations of products a second, and weights unpacked a second by bits. */
export interface Rates {
  readonly product: number;
  readonly unpack: Readonly<Record<Bits, number>>;
}

/** Measures for about 0.3 s, with a runtime that is there. */
export const probe = async (runtime: Runtime): Promise<Rates> => ({
  product: await productRate(runtime, PROBED),
  unpack: { 4: unpackRate(4), 8: unpackRate(8) },
});
