/**
 * @file The policy with its adapter as a model in the layout of transformers.js: token ids, a mask and past keys and
 * values in, logits and present keys and values out; attention and positions by the runtime's fused operator.
 */
import { type AttributeValue, elementTypes, ModelBuilder } from '../../src/engine/onnx/builder.ts';
import { domains } from '../../src/engine/onnx/compile.ts';
import { onnx } from '../../src/engine/onnx/generated/onnx.js';
import { headSize, type PolicyConfig } from '../../src/policy/config.ts';
import type { Segment } from '../../src/policy/parameters.ts';
import type { Numbers } from './store.ts';

export interface ExportedPolicy {
  readonly config: PolicyConfig;
  /** `weight.<name>` in float32, linear ones [in, out]. */
  readonly weights: Readonly<Record<string, Numbers>>;
  readonly adapter: { readonly flat: Float32Array; readonly segments: readonly Segment[]; readonly scale: number };
}

type Dimension = number | string;

const info = (name: string, elem_type: number, shape: readonly Dimension[]): onnx.IValueInfoProto => {
  const dim = shape.map((size) => (typeof size === 'string' ? { dim_param: size } : { dim_value: size }));
  return { name, type: { tensor_type: { elem_type, shape: { dim } } } };
};

class Exporter {
  private readonly builder = new ModelBuilder('float32');

  constructor(private readonly policy: ExportedPolicy) {}

  bytes(): Uint8Array {
    const { config } = this.policy;
    const { builder } = this;
    const cache = (prefix: string, length: string) =>
      Array.from({ length: config.layers }, (_, i) => ['key', 'value'].map((kind) => `${prefix}.${i}.${kind}`))
        .flat()
        .map((name) => info(name, elementTypes.float32, ['batch_size', config.kvHeads, length, headSize(config)]));
    this.forward();
    const { int64, float32 } = elementTypes;
    const input = [
      info('input_ids', int64, ['batch_size', 'sequence_length']),
      info('attention_mask', int64, ['batch_size', 'total_sequence_length']),
      ...cache('past_key_values', 'past_sequence_length'),
    ];
    const logits = info('logits', float32, ['batch_size', 'sequence_length', config.vocabSize]);
    const output = [logits, ...cache('present', 'total_sequence_length')];
    const { nodes, initializers } = builder;
    const graph = { name: 'policy', node: nodes, initializer: initializers, input, output };
    const opset_import = [...domains];
    return onnx.ModelProto.encode({ ir_version: 10, producer_name: 'rollout', opset_import, graph }).finish();
  }

  private part(type: string, inputs: readonly string[], attributes: Record<string, AttributeValue> = {}): string {
    return this.builder.part(type, inputs, type.toLowerCase(), { attributes });
  }

  private weight(name: string): string {
    const { data, shape } = this.policy.weights[`weight.${name}`] as Numbers;
    return this.builder.constant(data as Float32Array, shape, 'float');
  }

  private factor(name: string): string {
    const { flat, segments, scale } = this.policy.adapter;
    const segment = segments.find((found) => found.name === name);
    if (!segment) throw new Error(`the adapter has no ${name}`);
    const size = segment.shape.reduce((a, b) => a * b, 1);
    // The scale is part of B, so that no product with it is left.
    const part = flat.subarray(segment.offset, segment.offset + size).map((x) => (name.endsWith('.b') ? scale * x : x));
    return this.builder.constant(part, segment.shape, 'float');
  }

  private linear(name: string, x: string): string {
    const low = this.part('MatMul', [this.part('MatMul', [x, this.factor(`${name}.a`)]), this.factor(`${name}.b`)]);
    return this.part('Add', [this.part('MatMul', [x, this.weight(name)]), low]);
  }

  private norm(name: string, x: string): string {
    const attributes = { epsilon: { float: this.policy.config.normEps }, axis: -1 };
    return this.part('SimplifiedLayerNormalization', [x, this.weight(name)], attributes);
  }

  /** Last positions of the rows, int32 [B], and the total length, an int32 scalar. */
  private lengths(): { last: string; total: string } {
    const { builder } = this;
    const toInt32 = { to: elementTypes.int32 };
    const sum = this.part('ReduceSum', ['attention_mask', builder.int64s([1])], { keepdims: 0 });
    const last = this.part('Cast', [this.part('Sub', [sum, builder.int64s([1], [])])], toInt32);
    const size = this.part('Gather', [this.part('Shape', ['attention_mask']), builder.int64s([1], [])], { axis: 0 });
    return { last, total: this.part('Cast', [size], toInt32) };
  }

  private tables(): { cos: string; sin: string } {
    const { config } = this.policy;
    const half = headSize(config) / 2;
    const angle = (i: number) => Math.floor(i / half) * config.ropeTheta ** (-(i % half) / half);
    const table = (f: (x: number) => number) =>
      this.builder.constant(
        Float32Array.from({ length: config.maxSequence * half }, (_, i) => f(angle(i))),
        [config.maxSequence, half],
        'float',
      );
    return { cos: table(Math.cos), sin: table(Math.sin) };
  }

  private forward(): void {
    const { config } = this.policy;
    const { builder } = this;
    const { last, total } = this.lengths();
    const { cos, sin } = this.tables();
    let x = this.part('Gather', [this.weight('embedding'), 'input_ids'], { axis: 0 });
    for (let i = 0; i < config.layers; i++) {
      const layer = `layers.${i}`;
      const normed = this.norm(`${layer}.attention_norm`, x);
      const [q, k, v] = ['q', 'k', 'v'].map((name) => this.linear(`${layer}.${name}`, normed)) as [
        string,
        string,
        string,
      ];
      const attended = builder.name('attended');
      builder.node(
        'GroupQueryAttention',
        [q, k, v, `past_key_values.${i}.key`, `past_key_values.${i}.value`, last, total, cos, sin],
        [attended, `present.${i}.key`, `present.${i}.value`],
        {
          domain: 'com.microsoft',
          attributes: { num_heads: config.heads, kv_num_heads: config.kvHeads, do_rotary: 1 },
        },
      );
      x = this.part('Add', [x, this.linear(`${layer}.o`, attended)]);
      const second = this.norm(`${layer}.mlp_norm`, x);
      const gate = this.linear(`${layer}.gate`, second);
      const gated = this.part('Mul', [
        this.part('Mul', [gate, this.part('Sigmoid', [gate])]),
        this.linear(`${layer}.up`, second),
      ]);
      x = this.part('Add', [x, this.linear(`${layer}.down`, gated)]);
    }
    builder.node('MatMul', [this.norm('norm', x), this.weight('head')], ['logits']);
  }
}

/** The model's bytes. */
export const exportPolicy = (policy: ExportedPolicy): Uint8Array => new Exporter(policy).bytes();

/** `config.json` and `generation_config.json`, by which transformers.js knows the model; nothing ends a row. */
export function modelFiles({ vocabSize, dim, layers, heads, kvHeads, hiddenDim, maxSequence }: PolicyConfig) {
  return {
    'config.json': {
      model_type: 'llama',
      architectures: ['LlamaForCausalLM'],
      vocab_size: vocabSize,
      hidden_size: dim,
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: kvHeads,
      intermediate_size: hiddenDim,
      max_position_embeddings: maxSequence,
      eos_token_id: null,
    },
    'generation_config.json': { eos_token_id: null, pad_token_id: 0 },
  };
}
