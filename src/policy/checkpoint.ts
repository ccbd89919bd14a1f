/**
 * @file A policy in one file: weights, architecture, tokenizer and a manifest of how it was made, as safetensors with
 * the manifest in `__metadata__`, and a SHA-256 that is verified on load.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from '../lib/zod.ts';
import { UsageError } from '../lib/assert.ts';
import { bpeTokenizer } from './bpe.ts';
import { hubTokenizer, loadHubLibraries } from './hub/tokenizer.ts';
import { blockedShape, policyConfigSchema, weightNames, type PolicyConfig, type WeightSpec } from './config.ts';
import { packedShape, quantizeLinear, type Bits, type Weight } from './quantize.ts';
import {
  CheckpointError,
  dtypeOf,
  readMetadata,
  readSafetensors,
  requireFinite,
  writeSafetensors,
  type Safetensors,
  type StoredTensor,
} from './safetensors.ts';
import {
  characterTokenizer,
  tokenizerDescriptionSchema,
  type Tokenizer,
  type TokenizerDescription,
} from './tokenizer.ts';
import type { SpecialTokens } from './sampler.ts';

/** Architecture and weights by name, as `weightNames` lists them. */
export interface BaseWeights {
  readonly config: PolicyConfig;
  readonly weights: ReadonlyMap<string, Weight>;
}

/** Facts by name, chosen by the policy's maker. */
const factsSchema = z.record(z.string(), z.union([z.number(), z.string()]));

const provenanceSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and dashes, at most 40'),
  title: z.string().min(1),
  /** ISO 8601 day the policy was made; not known of a model from the hub. */
  date: z.iso.date().optional(),
  /** Where the model comes from, for one in the hub's layout. */
  hub: z
    .strictObject({
      /** Id on the hub, or name of the folder. */
      name: z.string().min(1).max(200),
      /** `model_type` of its config.json. */
      architecture: z.string().min(1).max(60),
    })
    .optional(),
  /** Pretraining data: shares by name. */
  mixture: factsSchema,
  /** Seed, steps, learning rate and so on. */
  pretraining: factsSchema,
  /** Measured accuracy of the policy as stored, by task or method. */
  accuracies: factsSchema,
});

/** Statements of the policy's maker. */
export type Provenance = z.infer<typeof provenanceSchema>;

/** The manifest of a policy; unknown fields are refused, so a later layout needs a later version. */
export const manifestSchema = z.strictObject({
  format: z.literal('rollout-policy'),
  version: z.literal(1),
  ...provenanceSchema.shape,
  config: policyConfigSchema,
  tokenizer: tokenizerDescriptionSchema,
  /** Bits of the linear weights: 32 if none is quantized, the fewest if they differ. */
  bits: z.union([z.literal(4), z.literal(8), z.literal(32)]),
  /** `contentHash` of the file, in hexadecimal. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
});

export type Manifest = z.infer<typeof manifestSchema>;

export interface Checkpoint extends BaseWeights {
  readonly tokenizer: TokenizerDescription;
  readonly manifest: Manifest;
}

/** Resolves once `tokenizerFrom` can build it: the libraries for tokenizers of the hub are loaded on demand. */
export async function tokenizerReady({ kind }: TokenizerDescription): Promise<void> {
  if (kind === 'hub') await loadHubLibraries();
}

/** The tokenizer that a description stands for, after `tokenizerReady`. */
export function tokenizerFrom(description: TokenizerDescription): Tokenizer {
  if (description.kind === 'hub') return hubTokenizer(description);
  return description.kind === 'character'
    ? characterTokenizer(description.vocabulary, description)
    : bpeTokenizer(description);
}

/** The pad token and the end tokens; a tokenizer of the hub, which takes seconds to build, states them. */
export function specialTokensOf(description: TokenizerDescription): SpecialTokens {
  const { padId, endIds } = description.kind === 'hub' ? description : tokenizerFrom(description);
  return { padId, endIds };
}

/** The weights with every linear one quantized. UsageError that names a weight whose inputs do not fill blocks. */
export function quantizeWeights({ config, weights }: BaseWeights, bits: Bits): BaseWeights {
  const quantized = new Map(weights);
  for (const { name, kind, shape } of weightNames(config)) {
    const weight = weights.get(name);
    if (kind === 'linear' && weight?.kind === 'dense')
      quantized.set(name, quantizeLinear(weight.data, shape, bits, name));
  }
  return { config, weights: quantized };
}

const equalShapes = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);
const shown = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** A weight's tensors in the file: `name`, or `name.packed` and `name.scales`. */
export function storeWeight(name: string, weight: Weight): [string, StoredTensor][] {
  if (weight.kind === 'dense') return [[name, { shape: weight.shape, data: weight.data }]];
  return [
    [`${name}.packed`, { shape: packedShape(weight.shape, weight.bits), data: weight.packed }],
    [`${name}.scales`, { shape: [weight.scales.length], data: weight.scales }],
  ];
}

/** Removes a tensor from `left`. CheckpointError unless its shape and type fit and its numbers are finite. */
function take<T extends StoredTensor['data']>(
  left: Map<string, StoredTensor>,
  name: string,
  shape: readonly number[],
  type: new () => T,
): T {
  const tensor = left.get(name);
  if (!tensor) throw new CheckpointError(`checkpoint: tensor ${name} is missing`);
  if (!equalShapes(tensor.shape, shape))
    throw new CheckpointError(
      `checkpoint: tensor ${name} has the shape ${shown(tensor.shape)} where the config needs ${shown(shape)}`,
    );
  if (!(tensor.data instanceof type))
    throw new CheckpointError(
      `checkpoint: tensor ${name} is ${dtypeOf(tensor.data)} where ${dtypeOf(new type())} is needed`,
    );
  if (tensor.data instanceof Float32Array) requireFinite('checkpoint', name, tensor.data);
  left.delete(name);
  return tensor.data;
}

/** The weight of these tensors, which it takes out of `left`. CheckpointError if they do not fit. */
export function loadWeight(left: Map<string, StoredTensor>, spec: WeightSpec): Weight {
  const { name } = spec;
  const packed = left.get(`${name}.packed`);
  const blocked = packed && blockedShape(spec);
  if (!blocked) return { kind: 'dense', shape: spec.shape, data: take(left, name, spec.shape, Float32Array) };
  // The number of bytes per block distinguishes 4 bits from 8.
  const bits: Bits = packed.shape[2] === packedShape(blocked, 4)[2] ? 4 : 8;
  const expected = packedShape(blocked, bits);
  return {
    kind: 'quantized',
    bits,
    shape: blocked,
    packed: take(left, `${name}.packed`, expected, Uint8Array),
    scales: take(left, `${name}.scales`, [expected[0] * expected[1]], Float32Array),
  };
}

function loadWeights(config: PolicyConfig, tensors: ReadonlyMap<string, StoredTensor>): Map<string, Weight> {
  const left = new Map(tensors);
  const weights = new Map(weightNames(config).map((spec) => [spec.name, loadWeight(left, spec)]));
  const surplus = left.keys().next();
  if (!surplus.done)
    throw new CheckpointError(`checkpoint: tensor ${surplus.value} belongs to no weight of the config`);
  return weights;
}

/** SHA-256 over `head`, then for every tensor, by name, one line of JSON [name, dtype, shape] and its bytes. */
function tensorsHash(head: string, tensors: ReadonlyMap<string, StoredTensor>): string {
  const utf8 = new TextEncoder();
  const hash = sha256.create().update(utf8.encode(head));
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(utf8.encode(`${JSON.stringify([name, dtypeOf(data), shape])}\n`));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return bytesToHex(hash.digest());
}

/** SHA-256 over the manifest's text and the tensors, so over all decoded content. */
const contentHash = (manifest: string, tensors: ReadonlyMap<string, StoredTensor>): string =>
  tensorsHash(`${manifest}\n`, tensors);

/**
 * SHA-256 of the weights alone, in hexadecimal. Identifies the base of measured results: it changes with the weights,
 * but not with the manifest.
 */
export const weightsHash = ({ weights }: Pick<BaseWeights, 'weights'>): string =>
  tensorsHash('', new Map([...weights].flatMap(([name, weight]) => storeWeight(name, weight))));

function fewestBits(weights: Iterable<Weight>): Manifest['bits'] {
  return [...weights].reduce<Manifest['bits']>(
    (fewest, weight) => (weight.kind === 'quantized' && weight.bits < fewest ? weight.bits : fewest),
    32,
  );
}

const issues = (error: z.ZodError): string =>
  error.issues.map((issue) => `${issue.path.join('.') || 'manifest'}: ${issue.message}`).join('; ');

/** CheckpointError unless the tokenizer is complete and its ids are rows of the embedding. */
function checkTokenizer(description: TokenizerDescription, config: PolicyConfig): void {
  let vocabSize: number;
  try {
    ({ vocabSize } = description.kind === 'hub' ? description : tokenizerFrom(description));
  } catch (cause) {
    if (cause instanceof UsageError) throw new CheckpointError(`checkpoint: ${cause.message}`, { cause });
    throw cause;
  }
  if (vocabSize !== config.vocabSize)
    throw new CheckpointError(
      `checkpoint: the tokenizer has ${vocabSize} tokens where config.vocabSize is ${config.vocabSize}`,
    );
}

/**
 * The file of a policy; the same policy gives the same bytes. CheckpointError if weights, tokenizer or provenance do
 * not fit the configuration.
 */
export function encodeCheckpoint(
  { config, weights, tokenizer }: Omit<Checkpoint, 'manifest'>,
  provenance: Provenance,
): Uint8Array<ArrayBuffer> {
  const tensors = new Map([...weights].flatMap(([name, weight]) => storeWeight(name, weight)));
  loadWeights(config, tensors);
  const bits = fewestBits(weights.values());
  const result = manifestSchema
    .omit({ sha256: true })
    .safeParse({ format: 'rollout-policy', version: 1, ...provenance, config, tokenizer, bits });
  if (!result.success) throw new CheckpointError(`checkpoint: manifest: ${issues(result.error)}`);
  checkTokenizer(tokenizer, config);
  const manifest = JSON.stringify(result.data);
  return writeSafetensors({ tensors, metadata: { manifest, sha256: contentHash(manifest, tensors) } });
}

function parseManifest(text: string, hash: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError('checkpoint: the manifest is not JSON', { cause });
  }
  const described = z.looseObject({ format: z.string(), version: z.number() }).safeParse(value);
  if (!described.success || described.data.format !== 'rollout-policy')
    throw new CheckpointError('checkpoint: the manifest is not that of a policy (format is not "rollout-policy")');
  if (described.data.version !== 1)
    throw new CheckpointError(
      `checkpoint: the manifest has version ${described.data.version}, only version 1 can be read`,
    );
  const result = manifestSchema.safeParse({ ...described.data, sha256: hash });
  if (!result.success) throw new CheckpointError(`checkpoint: manifest: ${issues(result.error)}`);
  return result.data;
}

/** The manifest's text and the hash that the file states. */
function statedManifest({ manifest: text, sha256: stated }: Safetensors['metadata']) {
  if (text === undefined || stated === undefined)
    throw new CheckpointError('checkpoint: the safetensors file has no policy manifest');
  return { text, stated };
}

/** The manifest of a file, whose hash is not verified. CheckpointError as from `decodeCheckpoint`. */
export function readManifest(bytes: Uint8Array): Manifest {
  const { text, stated } = statedManifest(readMetadata(bytes));
  return parseManifest(text, stated);
}

/**
 * Reads a policy; with `isShared` its weights lie in the memory of the file. Throws CheckpointError naming the part for
 * a file that is malformed, altered since it was written, or inconsistent.
 */
export function decodeCheckpoint(bytes: Uint8Array, isShared = false): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, isShared);
  const { text, stated } = statedManifest(metadata);
  const actual = contentHash(text, tensors);
  if (actual !== stated)
    throw new CheckpointError(
      `checkpoint: the file was altered or damaged: its SHA-256 is ${actual}, its manifest states ${stated}`,
    );
  const manifest = parseManifest(text, stated);
  checkTokenizer(manifest.tokenizer, manifest.config);
  return {
    config: manifest.config,
    tokenizer: manifest.tokenizer,
    weights: loadWeights(manifest.config, tensors),
    manifest,
  };
}
