/** @file Device memory that a sampler keeps from step to step. */
import type { DeviceTensor, Runtime, TensorSpec } from '../engine/runtime/runtime.ts';
import { present } from '../lib/assert.ts';
import type { PolicyConfig } from './config.ts';
import { cacheNames } from './decode.ts';
import type { GpuDecodeGraphs } from './gpuDecode.ts';

export type Tensors = Readonly<Record<string, DeviceTensor>>;

/** Zeros of each spec's shape on the device, by name. */
function zeros(runtime: Runtime, specs: readonly TensorSpec[]): Record<string, DeviceTensor> {
  const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
  return Object.fromEntries(
    specs.map(({ name, dtype, shape }) => {
      const data = dtype === 'int32' ? new Int32Array(count(shape)) : new Float32Array(count(shape));
      return [name, runtime.upload({ dtype, shape, data })];
    }),
  );
}

/**
 * Memory of a sampler on the device: merged weights, the prefill's part of them, caches, and a step's token and
 * position.
 */
export function samplerMemory(runtime: Runtime, config: PolicyConfig, graphs: GpuDecodeGraphs) {
  const inputs = new Map(graphs.decode.inputs.map((spec) => [spec.name, spec]));
  const spec = (name: string) => present(inputs.get(name), `decode input ${name}`);
  const weights = zeros(runtime, graphs.merge.outputs);
  const prefillWeights = Object.fromEntries(
    Object.entries(weights).filter(([name]) => graphs.prefill?.inputs.some((i) => i.name === name)),
  );
  const { tokenId, position } = zeros(runtime, [spec('tokenId'), spec('position')]) as {
    tokenId: DeviceTensor;
    position: DeviceTensor;
  };
  return [weights, prefillWeights, zeros(runtime, cacheNames(config).map(spec)), { tokenId, position }] as const;
}
