/** @file Bytes of a policy that is sampled and trained, by part; single precision takes 4. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { Backend } from '../../engine/runtime/runtime.ts';
import { kvDim, type PolicyConfig, queryDim, weightNames } from '../../policy/config.ts';
import { PIECE } from '../../policy/layers/decode.ts';
import { chunkOf, needsLayers } from '../learner/layers/sizes.ts';
import { adapterSize, linearWeights, statesOf } from './flops.ts';
import type { RunShape } from './runShape.ts';

const FLOAT = 4;

export interface Bytes {
  /** The policy's file, which the learner keeps beside its weights. */
  readonly file: number;
  /** Weights as they are computed with. */
  readonly weights: number;
  /** Matrices, optimizer and gradient of the adapter. */
  readonly adapter: number;
  /** Keys, values and logits of the rows that are sampled together. */
  readonly cache: number;
  /** Activations of a micro-batch, forward and backward. */
  readonly gradient: number;
  /** ONNX Runtime, programs and code. */
  readonly runtime: number;
}

export interface MemoryOf {
  readonly config: PolicyConfig;
  /** Bytes of each weight as it is kept. */
  readonly kept: readonly number[];
  /** Whether linear weights are kept in blocks of 4 or 8 bits. */
  readonly isPacked: boolean;
  readonly backend: Backend;
  readonly run: RunShape;
  /** Rows that are sampled together. */
  readonly rows: number;
}

/** A process or worker with ONNX Runtime and the programs of a decoder, measured. */
const RUNTIME: Readonly<Record<Backend, number>> = { node: 200e6, wasm: 300e6, webgpu: 300e6 };

/**
 * Vectors of an adapter's size: matrices and both vectors of AdamW on the device, those that the run began with and
 * those of a checkpoint (9), gradients (3), and the matrices of the sampler.
 */
const ADAPTER_COPIES = 13;

/** Sampled rows that share a prompt, whose keys and values are computed once; groups have at least as many. */
const ROWS_OF_A_PROMPT = 4;

/** Graphs that hold the weights of a small policy, which each has as a model and as a session. */
const WHOLE_GRAPHS = 4;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Bytes of all parts together. */
export const peakOf = (bytes: Bytes): number => sum(Object.values(bytes) as number[]);

/** Numbers that a layer computes for one state that sees `seen` others. */
const perState = (config: PolicyConfig, seen: number): number =>
  8 * config.dim + 6 * config.hiddenDim + 4 * queryDim(config) + 4 * kvDim(config) + 3 * config.heads * seen;

/** In layers: the kept weights, and one layer of them in single precision. */
function weightNumbers({ config, isPacked, backend }: MemoryOf): number {
  const layer = sum(linearWeights({ ...config, layers: 1 }).map(({ shape }) => sizeOf(shape)));
  const turned = config.tiedHead || isPacked ? 0 : config.dim * config.vocabSize;
  // WASM copies every tensor that it is given.
  return turned + (isPacked ? layer : 0) + (backend === 'wasm' ? layer : 0);
}

function cacheNumbers({ config, run, rows, backend }: MemoryOf): number {
  const { promptLength, completionLength } = run;
  const places = PIECE * Math.ceil((promptLength + completionLength - 1) / PIECE);
  const prefilled = Math.ceil(rows / ROWS_OF_A_PROMPT) * (promptLength - 1);
  const logits = 6 * rows * config.vocabSize;
  // The recorded step of each layer keeps its memory.
  const recorded = backend === 'webgpu' ? config.layers * rows * perState(config, places) : 0;
  const steps = logits + recorded + prefilled * perState(config, promptLength);
  return 2 * config.layers * places * rows * kvDim(config) + steps;
}

/** In layers, hidden states alone lie between programs; inside is one layer, or one part of the vocabulary. */
function gradientNumbers({ config, run, backend }: MemoryOf): number {
  const [states, chunk] = [statesOf(run, backend), chunkOf(config)];
  const { dim, layers } = config;
  // The last hidden states of the base stay from the scoring of the whole step on.
  const scored = run.rows * (run.promptLength / ROWS_OF_A_PROMPT + run.completionLength);
  const borders = ((layers + 1) * states + scored) * dim;
  const head = 8 * states * chunk + 3 * chunk * dim + 8 * states * dim;
  return borders + 3 * states * perState(config, states) + head;
}

/** Of a policy whose graphs hold all layers; every graph has the weights in single precision. */
function wholeNumbers({ config, run, backend }: MemoryOf) {
  const states = statesOf(run, backend);
  const weights = sum(weightNames(config).map(({ shape }) => sizeOf(shape)));
  return {
    weights: 2 * WHOLE_GRAPHS * weights,
    gradient: 2 * states * (config.layers * perState(config, states) + 5 * config.vocabSize),
  };
}

/** Bytes of a run by part. */
export function bytesOf(of: MemoryOf): Bytes {
  const { config, run, backend } = of;
  const kept = sum(of.kept);
  const own = needsLayers(config) ? { weights: weightNumbers(of), gradient: gradientNumbers(of) } : wholeNumbers(of);
  return {
    file: kept,
    weights: kept + (backend === 'webgpu' ? kept : 0) + FLOAT * own.weights,
    adapter: ADAPTER_COPIES * FLOAT * adapterSize(config, run.rank),
    cache: FLOAT * cacheNumbers(of),
    gradient: FLOAT * own.gradient,
    runtime: RUNTIME[backend],
  };
}

/** Bytes of the largest single tensor on a device. */
export const largestTensor = ({ config, kept, rows }: MemoryOf): number =>
  Math.max(...kept, FLOAT * rows * config.vocabSize, FLOAT * PIECE * rows * kvDim(config));
