/** @file A policy's weights on a device: uploaded once, and fed to every program that reads them. */
import type { DeviceTensor, Program, Runtime } from '../engine/runtime/runtime.ts';
import { isFed, weightInput, weightTensors } from './parameters.ts';
import { unpacked, type Weight } from './quantize.ts';

/** The program without the inputs that are bound. */
function bindProgram(program: Program, weights: ReadonlyMap<string, DeviceTensor>): Program {
  const own = Object.fromEntries([...weights].filter(([name]) => program.inputs.includes(name)));
  return {
    name: program.name,
    inputs: program.inputs.filter((name) => !(name in own)),
    ...(program.placement ? { placement: program.placement } : {}),
    run: (feeds, into) => program.run({ ...feeds, ...own }, into),
    dispose: () => program.dispose(),
  };
}

/**
 * Uploads the weights that `fedParameters` makes inputs, and returns a runtime whose programs receive them. Disposing
 * the runtime disposes them.
 */
export function bindWeights(runtime: Runtime, weights: ReadonlyMap<string, Weight>, mostUnpacked?: number): Runtime {
  const tensors = [...unpacked(weights, mostUnpacked)].flatMap(([name, weight]) =>
    Object.entries(weightTensors(name, weight)),
  );
  const uploaded = new Map(
    tensors
      .filter(([, tensor]) => isFed(tensor))
      .map(([name, { data, shape }]) => {
        const dtype = data instanceof Uint8Array ? 'uint8' : 'float32';
        return [weightInput(name), runtime.upload({ dtype, shape, data })];
      }),
  );
  return {
    backend: runtime.backend,
    description: runtime.description,
    keepsHalf: runtime.keepsHalf ?? false,
    statistics: runtime.statistics,
    lost: runtime.lost,
    async compile(model, options) {
      const fixed = options.capture?.fixed;
      // Bound weights are the same in every run of a recorded program.
      const capture = fixed && fixed !== 'all' ? { capture: { fixed: [...fixed, ...uploaded.keys()] } } : {};
      return bindProgram(await runtime.compile(model, { ...options, ...capture }), uploaded);
    },
    upload: (tensor) => runtime.upload(tensor),
    copy: (copies) => runtime.copy(copies),
    dispose: () => runtime.dispose(),
  };
}
