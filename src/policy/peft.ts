/**
 * @file Adapters in PEFT's form for a Llama model (huggingface/peft, `LoraConfig` and `save_pretrained`):
 * `adapter_config.json` and `adapter_model.safetensors`, with A [rank, in] and B [out, rank]; ours are [in, rank] and
 * [rank, out].
 */
import { sizeOf } from '../engine/graph/index.ts';
import { z } from '../lib/zod.ts';
import type { PolicyConfig } from './config.ts';
import { adapterFrom, adapterLayout, criticNames } from './lora.ts';
import { alphaSchema, type LoraConfig, loraTargets, rankSchema } from './loraConfig.ts';
import { hubModules, rotaryRows, targetModule, transposed } from './hubLayout.ts';
import type { Segment } from './parameters.ts';
import { CheckpointError, readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';

/** The base that an adapter belongs to. */
export interface AdapterOrigin {
  /** Id and SHA-256 of the base. */
  readonly policy: string;
  readonly policyHash: string;
}

/** Name of a base of this project in transformers: the folder that an export makes. */
export const baseFolder = (policy: string): string => `rollout/${policy}`;

export interface PeftFiles {
  readonly 'adapter_config.json': Uint8Array<ArrayBuffer>;
  readonly 'adapter_model.safetensors': Uint8Array<ArrayBuffer>;
}

/** A matrix of the adapter in PEFT's form. */
interface PeftMatrix {
  readonly name: string;
  readonly shape: readonly [number, number];
  theirs(ours: Float32Array): Float32Array;
  ours(theirs: Float32Array): Float32Array;
}

/**
 * `layers.0.q.a` [in, rank] is `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight` [rank, in]. The rows of
 * B follow the rotation that the base has in transformers.
 */
function peftMatrix(config: PolicyConfig, { name, shape }: Segment): PeftMatrix {
  const [, layer, target = '', matrix] = /^layers\.(\d+)\.(\w+)\.([ab])$/.exec(name) ?? [];
  const module = loraTargets.find((known) => known === target);
  if (layer === undefined || module === undefined) throw new CheckpointError(`adapter: ${name} has no name in PEFT`);
  const [rows, columns] = shape as [number, number];
  const turned = (data: Float32Array, direction: 'toHub' | 'toOurs') =>
    matrix === 'b' ? rotaryRows(config, target, data, direction) : data;
  return {
    name: `base_model.model.model.layers.${layer}.${hubModules[module]}.lora_${matrix === 'a' ? 'A' : 'B'}.weight`,
    shape: [columns, rows],
    theirs: (data) => turned(transposed(data, [rows, columns]), 'toHub'),
    ours: (data) => transposed(turned(data, 'toOurs'), [columns, rows]),
  };
}

/**
 * Fields of PEFT's `LoraConfig` without effect on the outputs of a saved adapter: names, notes, and fields that only
 * training reads.
 */
const harmless: ReadonlySet<string> = new Set([
  'task_type',
  'auto_mapping',
  'base_model_name_or_path',
  'revision',
  'inference_mode',
  'lora_dropout',
  'peft_version',
  'megatron_core',
  'qalora_group_size',
]);
/** Values of `init_lora_weights` that do not change the base; PiSSA, OLoRA, LoftQ and CorDA do. */
const plainStarts: ReadonlySet<unknown> = new Set([true, false, null, 'gaussian', 'orthogonal']);

/** Whether a field's value is inactive: absent, null, false, empty. */
const isOff = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === '' ||
  (typeof value === 'object' && Object.keys(value).length === 0);
const knownModules: ReadonlySet<string> = new Set(loraTargets.map(targetModule));

const settingsSchema = z
  .looseObject({
    peft_type: z.literal('LORA', 'only LORA can be read'),
    r: rankSchema,
    lora_alpha: alphaSchema,
    use_rslora: z.boolean('true or false is needed').nullish(),
    bias: z.literal('none', 'only "none" can be read').nullish(),
    init_lora_weights: z
      .unknown()
      .refine(
        (start) => plainStarts.has(start),
        'only true, false, "gaussian" and "orthogonal" can be read: others change the weights of the base',
      )
      .optional(),
    target_modules: z
      .array(z.string(), 'a list of module names is needed')
      .min(1, 'at least one module is needed')
      .refine(
        (names) => names.every((name) => knownModules.has(name)),
        `only ${[...knownModules].join(', ')} carry an adapter here`,
      ),
  })
  .superRefine((settings, context) => {
    const checked = new Set([...harmless, ...Object.keys(settingsSchema.shape)]);
    for (const [name, value] of Object.entries(settings)) {
      if (!checked.has(name) && !isOff(value))
        context.addIssue({
          code: 'custom',
          path: [name.slice(0, 60)],
          message: `${JSON.stringify(value).slice(0, 60)} changes what the adapter computes and cannot be read`,
        });
    }
  });
const originSchema = z.object({ policy: z.string(), policyHash: z.string() });

/**
 * Both files of a flat adapter, without its critic; `baseName` is the base’s id on the hub. CheckpointError for another
 * length.
 */
export function encodePeft(
  config: PolicyConfig,
  lora: LoraConfig,
  flat: Float32Array,
  origin: AdapterOrigin,
  baseName = baseFolder(origin.policy),
): PeftFiles {
  const layout = adapterLayout(config, lora);
  if (flat.length !== layout.size)
    throw new CheckpointError(`adapter: ${layout.size} numbers are needed, not ${flat.length}`);
  // A critic is no part of the policy, and PEFT has no place for it.
  const matrices = layout.segments.filter(({ name }) => name !== criticNames.weight && name !== criticNames.bias);
  const tensors = new Map(
    matrices.map((segment): [string, StoredTensor] => {
      const { name, shape, theirs } = peftMatrix(config, segment);
      return [name, { shape, data: theirs(flat.slice(segment.offset, segment.offset + sizeOf(shape))) }];
    }),
  );
  const settings = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: baseName,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    bias: 'none',
    use_rslora: lora.rankStabilized ?? false,
    fan_in_fan_out: false,
    inference_mode: true,
    target_modules: lora.targets.map(targetModule),
  };
  return {
    'adapter_config.json': new TextEncoder().encode(`${JSON.stringify(settings, null, 2)}\n`),
    'adapter_model.safetensors': writeSafetensors({
      tensors,
      metadata: { format: 'pt', rollout: JSON.stringify(origin) },
    }),
  };
}

function parsed<T>(what: string, text: string | undefined, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch (cause) {
    throw new CheckpointError(`adapter: ${what} is not JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (!result.success)
    throw new CheckpointError(
      `adapter: ${what}: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
    );
  return result.data;
}

/** The base that a file's adapter belongs to. */
export const peftOrigin = (model: Uint8Array): AdapterOrigin =>
  parsed('the note about its base', readSafetensors(model).metadata.rollout, originSchema);

/** The flat adapter of both files for this base. CheckpointError if they are malformed or do not fit. */
export function decodePeft(
  config: PolicyConfig,
  settings: Uint8Array,
  model: Uint8Array,
): { flat: Float32Array; lora: LoraConfig } {
  const {
    r,
    lora_alpha: alpha,
    use_rslora: rankStabilized,
    target_modules: names,
  } = parsed('adapter_config.json', new TextDecoder().decode(settings), settingsSchema);
  const targets = loraTargets.filter((target) => names.includes(targetModule(target)));
  const lora: LoraConfig = { rank: r, alpha, targets, ...(rankStabilized ? { rankStabilized } : {}) };
  const layout = adapterLayout(config, lora);
  const { tensors } = readSafetensors(model);
  const flat = adapterFrom(tensors, layout, (segment) => peftMatrix(config, segment));
  return { flat, lora };
}
