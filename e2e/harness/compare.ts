/**
 * @file WebGPU against WASM on the same numbers: a rollout with the same uniforms, and a gradient and update on forced
 * tokens.
 */
import { createWasmRuntime } from '../../src/engine/runtime/wasm.ts';
import { createWebGpuRuntime } from '../../src/engine/runtime/webgpu.ts';
import { GpuLearner } from '../../src/rl/learner/gpuLearner.ts';
import { LocalLane } from '../../src/rl/learner/lane.ts';
import type { Learner } from '../../src/rl/learner/learner.ts';
import type { SlotState } from '../../src/rl/learner/state.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { present } from '../../src/lib/assert.ts';
import type { TokenStatistics } from '../../src/rl/trajectory/tokens.ts';
import { ShardedLearner } from '../../src/rl/learner/shardedLearner.ts';
import { sizeOf } from '../../src/engine/graph/index.ts';
import { gradientBatch, midRunState, rolloutBatch, type Size, type Sized, sized } from './specs.ts';

/** max |a - b| / max |a|; a is from WASM. */
export type Distance = number;

export interface UpdateComparison {
  readonly loss: { readonly wasm: number; readonly webgpu: number };
  readonly gradNorm: { readonly wasm: number; readonly webgpu: number };
  readonly tokens: Readonly<Record<'logProbs' | 'refLogProbs' | 'entropy' | 'kl', Distance>>;
  /** By adapter matrix. */
  readonly gradient: Readonly<Record<string, Distance>>;
  /** Distance between the changes of the adapter, by adapter matrix. */
  readonly update: Readonly<Record<string, Distance>>;
}

export interface RolloutComparison {
  readonly wasm: { readonly tokenIds: readonly number[]; readonly lengths: readonly number[] };
  readonly webgpu: { readonly tokenIds: readonly number[]; readonly lengths: readonly number[] };
  /** Largest difference between the log-probabilities of drawn tokens, WASM against WebGPU, nats. */
  readonly logProbDifference: number;
  /**
   * Largest difference between the log-probabilities of the drawn tokens by the WebGPU sampler and by the WebGPU
   * trainer, nats.
   */
  readonly samplerTrainerDifference: number;
}

export function distance(a: Float32Array, b: Float32Array): Distance {
  let largest = 0;
  let apart = 0;
  a.forEach((x, i) => {
    largest = Math.max(largest, Math.abs(x));
    apart = Math.max(apart, Math.abs(x - (b[i] as number)));
  });
  return apart / largest;
}

async function withBoth<T>(run: Sized, work: (wasm: Learner, webgpu: Learner) => Promise<T>): Promise<T> {
  const wasm = await ShardedLearner.create(
    [new LocalLane(await createWasmRuntime())],
    run.spec,
    1,
    new Promise(() => {}),
  );
  const webgpu = await GpuLearner.create(await createWebGpuRuntime(), run.spec, 1);
  try {
    for (const learner of [wasm, webgpu]) await learner.restore({ [policySlot]: midRunState(run) });
    return await work(wasm, webgpu);
  } finally {
    await wasm.dispose();
    await webgpu.dispose();
  }
}

interface Updated {
  readonly statistics: TokenStatistics;
  readonly gradNorm: number;
  readonly state: SlotState;
}

async function forcedUpdate(learner: Learner, run: Sized, rows: number): Promise<Updated> {
  const batch = gradientBatch(run, rows);
  await learner.score(batch);
  const statistics = await learner.gradient(batch);
  // Without clipping the first moment, initially zero, is 0.1 times the gradient.
  const { gradNorm } = await learner.update({ learningRate: 0.01, maxGradNorm: 1e9 });
  return { statistics, gradNorm, state: present((await learner.state())[policySlot], policySlot) };
}

/** One gradient and update on forced tokens. */
export function compareUpdate(size: Size, rows: number): Promise<UpdateComparison> {
  const run = sized(size, rows);
  const before = midRunState(run).parameters;
  return withBoth(run, async (wasm, webgpu) => {
    const a = await forcedUpdate(wasm, run, rows);
    const b = await forcedUpdate(webgpu, run, rows);
    const perMatrix = (pick: (state: SlotState) => Float32Array) =>
      Object.fromEntries(
        run.segments.map(({ name, offset, shape }) => {
          const part = (state: SlotState) => pick(state).subarray(offset, offset + sizeOf(shape));
          return [name, distance(part(a.state), part(b.state))];
        }),
      );
    const perToken = (name: 'logProbs' | 'refLogProbs' | 'entropy' | 'kl') =>
      distance(a.statistics[name], b.statistics[name]);
    return {
      loss: { wasm: a.statistics.loss, webgpu: b.statistics.loss },
      gradNorm: { wasm: a.gradNorm, webgpu: b.gradNorm },
      tokens: {
        logProbs: perToken('logProbs'),
        refLogProbs: perToken('refLogProbs'),
        entropy: perToken('entropy'),
        kl: perToken('kl'),
      },
      gradient: perMatrix(({ optimizer }) => present(optimizer.firstMoment, 'firstMoment')),
      update: perMatrix((state) => state.parameters.map((x, i) => x - (before[i] as number))),
    };
  });
}

/** A rollout with the same uniforms on both backends, and the trainer's log-probabilities of the WebGPU one. */
export function compareRollout(size: Size, rows: number): Promise<RolloutComparison> {
  const run = sized(size, rows);
  return withBoth(run, async (wasm, webgpu) => {
    const asked = rolloutBatch(run, rows);
    const a = await wasm.sample(asked);
    const b = await webgpu.sample(asked);
    const { promptLength, completionLength } = run.spec;
    const length = promptLength + completionLength;
    const tokenIds = new Int32Array(rows * length);
    asked.prompts.forEach((prompt, row) =>
      tokenIds.set(
        [
          ...prompt,
          ...b.tokenIds.subarray(row * completionLength, row * completionLength + (b.lengths[row] as number)),
        ],
        row * length,
      ),
    );
    const batch = gradientBatch(run, rows);
    const arrays = { ...batch.arrays, mask: new Float32Array(rows * (length - 1)).fill(1) };
    const forced = { ...batch, arrays, tokenIds, temperature: asked.temperature };
    await webgpu.score(forced);
    const { logProbs } = await webgpu.gradient(forced);
    let [logProbDifference, samplerTrainerDifference] = [0, 0];
    asked.prompts.forEach((prompt, row) => {
      for (let t = 0; t < (b.lengths[row] as number); t++) {
        const drawn = b.logProbs[row * completionLength + t] as number;
        logProbDifference = Math.max(
          logProbDifference,
          Math.abs(drawn - (a.logProbs[row * completionLength + t] as number)),
        );
        samplerTrainerDifference = Math.max(
          samplerTrainerDifference,
          Math.abs(drawn - (logProbs[row * (length - 1) + prompt.length - 1 + t] as number)),
        );
      }
    });
    const plain = ({ tokenIds: ids, lengths }: { tokenIds: Int32Array; lengths: Int32Array }) => ({
      tokenIds: [...ids],
      lengths: [...lengths],
    });
    return { wasm: plain(a), webgpu: plain(b), logProbDifference, samplerTrainerDifference };
  });
}
