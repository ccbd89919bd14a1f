/**
 * @file Fingerprint of the rounding of this machine's onnxruntime-node: its kernels depend on the CPU. The model is a
 * stored file, so that a change of the project's graphs is not mistaken for another CPU.
 */
import { readFileSync } from 'node:fs';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import * as g from '../../src/engine/graph/index.ts';
import { compile } from '../../src/engine/onnx/compile.ts';
import { createRuntime, type TensorSpec } from '../../src/engine/runtime/index.ts';
import { present } from '../../src/lib/assert.ts';
import { random } from '../../src/lib/random.ts';

const [rows, dim, hidden] = [32, 128, 384];

export const modelFile = new URL('arithmetic.onnx', import.meta.url);

const inputs: readonly TensorSpec[] = Object.entries({
  x: [rows, dim],
  norm: [dim],
  up: [dim, hidden],
  down: [hidden, dim],
}).map(([name, shape]) => ({ name, dtype: 'float32', shape }));
const outputs: readonly TensorSpec[] = Object.entries({
  logProbs: [rows, dim],
  block: [rows, dim],
  scores: [4, 8, 8],
}).map(([name, shape]) => ({ name, dtype: 'float32', shape }));

/** A miniature block of the policy: norm, quantized and dense products, SiLU, attention scores, log-softmax. */
export function arithmeticModel(): Uint8Array {
  const [x, norm, up, down] = inputs.map(({ name, shape }) => g.input(name, shape)) as [
    g.Value,
    g.Value,
    g.Value,
    g.Value,
  ];
  const packed = Uint8Array.from({ length: (dim * dim) / 2 }, (_, i) => (i * 37 + 11) % 256);
  const scales = Array.from({ length: (dim * dim) / 32 }, (_, i) => 0.01 + (i % 7) * 0.003);
  const quantized = [
    g.constant(packed, [dim, dim / 32, 16], 'uint8'),
    g.constant(scales, [dim, dim / 32]),
    { bits: 4, blockSize: 32, inDim: dim, outDim: dim },
  ] as const;
  const projected = g.matmulNBits(g.rmsNorm(x, norm, 1e-5), ...quantized);
  const block = g.matmul(g.silu(g.matmul(projected, up)), down);
  const heads = g.transpose(g.reshape(projected, [4, 8, dim]), [0, 2, 1]);
  return compile('arithmetic', {
    logProbs: g.logSoftmax(g.matmul(block, g.dequantize(...quantized))),
    block,
    scores: g.softmax(g.matmul(g.transpose(heads, [0, 2, 1]), heads)),
  }).bytes;
}

/** SHA-256 of the stored model's outputs on onnxruntime-node. */
export async function arithmeticFingerprint(): Promise<string> {
  const runtime = await createRuntime('node');
  try {
    const program = await runtime.compile(readFileSync(modelFile), { name: 'arithmetic', inputs, outputs });
    const feeds = inputs.map(({ name, dtype, shape }) => {
      const stream = random('arithmetic', name);
      const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.3 * stream.normal());
      return [name, { dtype, shape, data }];
    });
    const results = await program.run(Object.fromEntries(feeds));
    const hash = sha256.create();
    for (const { name } of outputs) {
      const { buffer, byteOffset, byteLength } = await present(results[name], name).read();
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return bytesToHex(hash.digest());
  } finally {
    await runtime.dispose();
  }
}
