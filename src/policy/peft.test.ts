import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { blockWeights, randomAdapter, tinyBlocks } from '../../testing/tinyPolicy.ts';
import { adapterLayout } from './lora.ts';
import { type LoraConfig, loraTargets } from './loraConfig.ts';
import { nextTokenLogits } from './logits.ts';
import { decodePeft, encodePeft, peftOrigin } from './peft.ts';
import { CheckpointError, readSafetensors, writeSafetensors } from './safetensors.ts';

const lora: LoraConfig = { rank: 4, alpha: 8, targets: [...loraTargets] };
const layout = adapterLayout(tinyBlocks, lora);
const flat = randomAdapter(layout.size, 5);
const origin = { policy: 'default', policyHash: 'abc' };
const files = encodePeft(tinyBlocks, lora, flat, origin);
const model = files['adapter_model.safetensors'];
const settings = files['adapter_config.json'];

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

describe('an adapter in PEFT’s form', () => {
  it('has PEFT’s names and shapes, A [rank, in] and B [out, rank]', () => {
    const { tensors, metadata } = readSafetensors(model);
    const a = tensors.get('base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight');
    const down = tensors.get('base_model.model.model.layers.0.mlp.down_proj.lora_B.weight');
    expect(a?.shape).toEqual([4, tinyBlocks.dim]);
    expect(down?.shape).toEqual([tinyBlocks.dim, 4]);
    // PEFT's A[1, 0] is our A[0, 1].
    expect(a?.data[tinyBlocks.dim]).toBe(flat[1]);
    expect(metadata.format).toBe('pt');
    expect(JSON.parse(new TextDecoder().decode(settings))).toMatchObject({
      peft_type: 'LORA',
      r: 4,
      lora_alpha: 8,
      target_modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
    });
    expect(tensors.size).toBe(2 * 7 * tinyBlocks.layers);
  });

  it('read back gives the same bits and logits, which differ from the base’s', async () => {
    const back = decodePeft(tinyBlocks, settings, model);
    expect(back.lora).toEqual(lora);
    expect(back.flat).toEqual(flat);
    const base = { config: tinyBlocks, weights: blockWeights(tinyBlocks, 3, 4) };
    const logits = (adapter: { flat: Float32Array; lora: LoraConfig } | null) =>
      nextTokenLogits(runtime, base, [1, 2, 3], adapter);
    const before = await logits({ flat, lora });
    expect(await logits(back)).toEqual(before);
    expect(await logits(null)).not.toEqual(before);
    expect(peftOrigin(model)).toEqual(origin);
  });

  it('leaves out a critic, which is no part of the policy', () => {
    const withCritic = { ...lora, critic: true };
    const longer = new Float32Array(adapterLayout(tinyBlocks, withCritic).size).fill(1);
    longer.set(flat);
    expect(encodePeft(tinyBlocks, withCritic, longer, origin)).toEqual(files);
  });

  const changed = (change: object): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ ...JSON.parse(new TextDecoder().decode(settings)), ...change }));

  it.each<[string, object, RegExp]>([
    [
      'transposed weights',
      { fan_in_fan_out: true },
      /fan_in_fan_out: true changes what the adapter computes and cannot be read/,
    ],
    ['DoRA, arXiv 2402.09353', { use_dora: true }, /use_dora: true changes/],
    ['a scale for each layer', { alpha_pattern: { q_proj: 2 } }, /alpha_pattern: \{"q_proj":2\} changes/],
    ['a rank for each layer', { rank_pattern: { q_proj: 2 } }, /rank_pattern: /],
    ['whole layers beside it', { modules_to_save: ['lm_head'] }, /modules_to_save: /],
    ['some layers only', { layers_to_transform: [0] }, /layers_to_transform: /],
    ['repeated layers', { layer_replication: [[0, 2]] }, /layer_replication: /],
    ['trained tokens', { trainable_token_indices: [1] }, /trainable_token_indices: /],
    ['a feature of a later version', { use_something_new: true }, /use_something_new: true changes/],
    ['biases', { bias: 'lora_only' }, /bias: only "none" can be read/],
    ['biases of the adapter', { lora_bias: true }, /lora_bias: /],
    ['another kind of adapter', { peft_type: 'IA3' }, /peft_type: only LORA/],
    [
      'a start that changes the base, PiSSA, arXiv 2404.02948',
      { init_lora_weights: 'pissa' },
      /init_lora_weights: only true, .* others change the weights of the base/,
    ],
    ['a scale beyond single precision', { lora_alpha: 1e308 }, /lora_alpha: at most 1000000/],
    ['a scale that is no number', { lora_alpha: '1,000' }, /lora_alpha: a number is needed/],
    ['a negative scale', { lora_alpha: -1 }, /lora_alpha: at least 0\.000001/],
    ['a huge rank', { r: 2 ** 40 }, /r: at most 1024/],
    ['a broken rank', { r: 1.5 }, /r: a whole number is needed/],
    ['layers that carry none here', { target_modules: ['q_proj', 'lm_head'] }, /target_modules: only q_proj, k_proj/],
    ['no layers', { target_modules: [] }, /target_modules: at least one/],
    ['a pattern of layers', { target_modules: 'all-linear' }, /target_modules: a list/],
  ])('with %s is refused by the field', (_, change, message) => {
    expect(() => decodePeft(tinyBlocks, changed(change), model)).toThrow(message);
    expect(() => decodePeft(tinyBlocks, changed(change), model)).toThrow(CheckpointError);
  });

  it('with PEFT’s switched-off fields is read', () => {
    const idle = {
      alora_invocation_tokens: null,
      alpha_pattern: {},
      arrow_config: null,
      auto_mapping: null,
      corda_config: null,
      ensure_weight_tying: false,
      eva_config: null,
      exclude_modules: null,
      init_lora_weights: true,
      layer_replication: null,
      layers_pattern: null,
      layers_to_transform: null,
      loftq_config: {},
      lora_bias: false,
      megatron_config: null,
      megatron_core: 'megatron.core',
      modules_to_save: null,
      peft_version: '0.18.0',
      qalora_group_size: 16,
      rank_pattern: {},
      revision: null,
      target_parameters: null,
      trainable_token_indices: null,
      use_dora: false,
      use_qalora: false,
    };
    expect(decodePeft(tinyBlocks, changed(idle), model)).toEqual({ flat, lora });
    expect(decodePeft(tinyBlocks, changed({ use_rslora: true }), model).lora).toEqual({
      ...lora,
      rankStabilized: true,
    });
  });

  it.each([Number.NaN, Infinity, -Infinity])('with a weight of %d is refused by the tensor and the place', (value) => {
    const { tensors, metadata } = readSafetensors(model);
    const name = 'base_model.model.model.layers.1.mlp.up_proj.lora_B.weight';
    tensors.get(name)?.data.set([value], 7);
    expect(() => decodePeft(tinyBlocks, settings, writeSafetensors({ tensors, metadata }))).toThrow(
      `adapter: tensor "${name}": value 7 is ${value}, not a finite number`,
    );
  });

  it('that does not fit is refused by the tensor’s name', () => {
    const { tensors, metadata } = readSafetensors(model);
    const [first = ''] = tensors.keys();
    const without = writeSafetensors({ tensors: new Map([...tensors].filter(([name]) => name !== first)), metadata });
    expect(() => decodePeft(tinyBlocks, settings, without)).toThrow(first);
    expect(() => decodePeft(tinyBlocks, new TextEncoder().encode('{"r": 4}'), model)).toThrow(
      /adapter_config.json: peft_type/,
    );
    const extra = writeSafetensors({
      tensors: new Map([...tensors, ['more', { shape: [1], data: new Float32Array(1) }]]),
      metadata,
    });
    expect(() => decodePeft(tinyBlocks, settings, extra)).toThrow(/29 tensors where 28 are needed/);
  });
});
