import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { blockWeights, randomAdapter, tinyBlocks } from './fixture.ts';
import { adapterLayout, type LoraConfig, loraTargets } from './lora.ts';
import { nextTokenLogits } from './logits.ts';
import { decodePeft, encodePeft, peftOrigin } from './peft.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

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
    // A[1, 0] of PEFT is the second column of the first row of ours.
    expect(a?.data[tinyBlocks.dim]).toBe(flat[1]);
    expect(metadata.format).toBe('pt');
    expect(JSON.parse(new TextDecoder().decode(settings))).toMatchObject({
      peft_type: 'LORA', r: 4, lora_alpha: 8, target_modules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
    });
    expect(tensors.size).toBe(2 * 7 * tinyBlocks.layers);
  });

  it('read back gives the same bits and so the same logits, which are not those of the base', async () => {
    const back = decodePeft(tinyBlocks, settings, model);
    expect(back.lora).toEqual(lora);
    expect(back.flat).toEqual(flat);
    const base = { config: tinyBlocks, weights: blockWeights(tinyBlocks, 3, 4) };
    const logits = (adapter: { flat: Float32Array; lora: LoraConfig } | null) => nextTokenLogits(runtime, base, [1, 2, 3], adapter);
    const before = await logits({ flat, lora });
    expect(await logits(back)).toEqual(before);
    expect(await logits(null)).not.toEqual(before);
    expect(peftOrigin(model)).toEqual(origin);
  });

  it('that does not fit is refused by name', () => {
    const { tensors, metadata } = readSafetensors(model);
    const [first = ''] = tensors.keys();
    const without = writeSafetensors({ tensors: new Map([...tensors].filter(([name]) => name !== first)), metadata });
    expect(() => decodePeft(tinyBlocks, settings, without)).toThrow(first);
    expect(() => decodePeft(tinyBlocks, new TextEncoder().encode('{"r": 4}'), model)).toThrow(/adapter_config.json: peft_type/);
    expect(() => encodePeft({ ...tinyBlocks, ropeInterleaved: true }, lora, flat, origin)).toThrow(/ropeInterleaved/);
  });
});
