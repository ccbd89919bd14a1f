/** @file Writes the work of a benchmark: everything that an engine needs to compute the same numbers. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLearner, loadPolicyFile } from '../../cli/environment.ts';
import { adamWDefaults } from '../../src/engine/optim/adamw.ts';
import { present } from '../../src/lib/assert.ts';
import { tokenizerFrom } from '../../src/policy/checkpoint.ts';
import { adapterLayout, loraScale } from '../../src/policy/lora.ts';
import type { SlotState } from '../../src/rl/learner/state.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { clip, decodeBatch, extent, oldShifts, rates, trainBatch } from './batches.ts';
import { denseWeights, endlessCheckpoint, lora, midRunState } from './model.ts';
import { exportPolicy, modelFiles } from './onnx.ts';
import { type Recording, recordSteps } from './record.ts';
import { benchSpec, stepConfig } from './spec.ts';
import { STEPS } from './steps.ts';
import { type Numbers, writeWork } from './store.ts';

const flat = (data: Float32Array | Int32Array, ...shape: number[]): Numbers => ({ shape, data });

const stateArrays = (prefix: string, { parameters, optimizer }: SlotState): Record<string, Numbers> => ({
  [`${prefix}.parameters`]: flat(parameters, parameters.length),
  ...Object.fromEntries(
    Object.entries(optimizer).map(([name, data]) => [`${prefix}.${name}`, flat(data, data.length)]),
  ),
});

/** Prompts [steps, rows, promptLength] and uniform numbers [steps, rows, completionLength] of the recorded steps. */
function stepArrays({ steps, lengths: { promptLength, completionLength } }: Recording): Record<string, Numbers> {
  const rows = steps[0]?.rollout.prompts.length ?? 0;
  const prompts = steps.flatMap(({ rollout }) => rollout.prompts);
  if (prompts.some((prompt) => prompt.length !== promptLength))
    throw new Error('the prompts of a step differ in length; the peers do not pad them');
  const uniforms = steps.flatMap(({ rollout }) => Array.from(rollout.uniforms));
  return {
    'step.prompts': flat(Int32Array.from(prompts.flat()), steps.length, rows, promptLength),
    'step.uniforms': flat(Float32Array.from(uniforms), steps.length, rows, completionLength),
  };
}

/** Log-probabilities of the batch's own tokens under the mid-run adapter, shifted so that some ratios are clipped. */
async function oldLogProbs(checkpoint: Uint8Array, batch: ReturnType<typeof trainBatch>, state: SlotState) {
  const learner = await createLearner(benchSpec(checkpoint), 1, 'node', 1);
  try {
    await learner.restore({ [policySlot]: state });
    const { logProbs } = await learner.read(batch, policySlot);
    const shifts = oldShifts(logProbs.length);
    return logProbs.map((lp, i) => lp + (shifts[i] as number));
  } finally {
    await learner.dispose();
  }
}

/** Facts as JSON; all numbers of the optimizer and of the objective are in it. */
function factsOf(policy: ReturnType<typeof loadPolicyFile>, { steps, lengths }: Recording) {
  const { config, tokenizer: description } = policy.checkpoint;
  const tokenizer = tokenizerFrom(description);
  const { numGenerations } = stepConfig();
  return {
    config,
    adapter: { scale: loraScale(lora), segments: adapterLayout(config, lora).segments },
    optimizer: adamWDefaults,
    /** Updates before both states of the adapter. */
    updates: STEPS.first,
    train: { ...extent, clip, rates },
    step: {
      ...lengths,
      groupSize: numGenerations,
      clip,
      padId: tokenizer.padId,
      endIds: tokenizer.endIds,
      vocabulary: 'vocabulary' in description ? description.vocabulary : [],
      answers: steps.map(({ answers }) => answers),
      rates: steps.map((step) => step.rates),
    },
  };
}

/** The policy with this adapter in the layout of transformers.js. */
function writeModel(folder: string, policy: ReturnType<typeof loadPolicyFile>, { parameters }: SlotState): void {
  const { config } = policy.checkpoint;
  const { segments } = adapterLayout(config, lora);
  const adapter = { flat: parameters, segments, scale: loraScale(lora) };
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const weights = denseWeights(policy.checkpoint);
  writeFileSync(join(folder, 'onnx', 'model.onnx'), exportPolicy({ config, weights, adapter }));
  for (const [name, content] of Object.entries(modelFiles(config)))
    writeFileSync(join(folder, name), JSON.stringify(content));
}

/** Writes work.json, work.bin, the policy's file its variant that never ends a completion, and the model of transformers.js. */
export async function buildWork(folder: string): Promise<void> {
  const policy = loadPolicyFile('default');
  const { config } = policy.checkpoint;
  const endless = endlessCheckpoint(policy.checkpoint);
  const state = midRunState(policy.checkpoint);
  const batch = trainBatch(config);
  const recording = await recordSteps(policy);
  const { rows, length, steps } = extent;
  const columns = length - 1;
  const array = (name: 'advantages' | 'weights') => flat(present(batch.arrays[name], name), rows, columns);
  writeWork(folder, factsOf(policy, recording), {
    ...denseWeights(policy.checkpoint),
    ...stateArrays('state', state),
    ...stateArrays('step.before', recording.before),
    ...stepArrays(recording),
    'train.tokenIds': flat(batch.tokenIds, rows, length),
    'train.advantages': array('advantages'),
    'train.weights': array('weights'),
    'train.oldLogProbs': flat(await oldLogProbs(endless, batch, state), rows, columns),
    'decode.uniforms': flat(decodeBatch(config, 1, 1).uniforms, rows, steps),
  });
  writeModel(join(folder, 'policy'), policy, state);
  writeFileSync(join(folder, 'endless.safetensors'), endless);
  writeFileSync(join(folder, 'default.safetensors'), policy.bytes);
}
