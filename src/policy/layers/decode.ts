/** @file The programs of sampling from a large decoder: one compiled block per number of cache pieces serves all layers. */
import {
  add,
  cast,
  concat,
  einsum,
  gather,
  input,
  matmul,
  mul,
  reduceSum,
  reshape,
  slice,
  softmax,
  transpose,
  type Value,
} from '../../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../../engine/onnx/compile.ts';
import { headSize, type PolicyConfig } from '../config.ts';
import type { Parameters } from '../parameters.ts';
import type { ParameterSet } from '../parameterSet.ts';
import { rotation } from '../rope.ts';
import { drawToken } from '../sampling.ts';
import { normed } from '../layerParts.ts';
import { block, blockContext, kernelOf } from '../transformer.ts';
import { factorsOf } from './blocks.ts';

/** Positions of a piece of the cache, whose shape is [PIECE, rows, kvHeads, headSize]. */
export const PIECE = 32;

/** A decoder with an adapter, for a fixed number of rows. */
export interface DecodeParts {
  readonly config: PolicyConfig;
  /** Makes the base's weights inputs of a new graph. */
  readonly base: () => Parameters;
  readonly set: ParameterSet | null;
  readonly rows: number;
  /** Positions of a row. */
  readonly capacity: number;
  /** How keys and values are kept; scores and sums are computed in `float`. */
  readonly keptAs: 'float' | 'half';
}

export const pieceName = (kind: 'keys' | 'values', piece: number): string => `${kind}.${piece}`;

/** The policy in one layer, with its matrices as inputs of their own. */
function adapted({ base, set }: DecodeParts): Parameters {
  const own = base();
  return set ? set.over(own, new Map(factorsOf(set).map(({ name, shape }) => [name, input(name, shape)]))) : own;
}

const joined = (keysAndValues: readonly Value[]): Value => concat([...keysAndValues], 0);

/** Attention of one token a row over pieces of a cache and over itself; mask [rows, 1, 1, PIECE pieces + 1]. */
function attendPieces({ config, rows, keptAs }: DecodeParts, pieces: number) {
  const size = headSize(config);
  const { kvHeads } = config;
  const shape = [PIECE, rows, kvHeads, size];
  const past = Array.from({ length: pieces }, (_, i) => ({
    keys: cast(input(pieceName('keys', i), shape, keptAs), 'float'),
    values: cast(input(pieceName('values', i), shape, keptAs), 'float'),
  }));
  const mask = input('mask', [rows, 1, 1, PIECE * pieces + 1]);
  return (queries: Value, keys: Value, values: Value): Value => {
    const q = reshape(queries, [rows, kvHeads, -1, size]);
    const [k, v] = [keys, values].map((own) => reshape(own, [rows, kvHeads, 1, size])) as [Value, Value];
    const cached = past.map((piece) => einsum('rgqd,prgd->rgqp', q, piece.keys));
    const own = reduceSum(mul(q, k), { axes: -1, keepDims: true });
    const weights = softmax(add(concat([...cached, own], 3), mask));
    const part = (from: number, to: number): Value => slice(weights, 3, from, to);
    const seen = past.map((piece, i) => einsum('rgqp,prgd->rgqd', part(i * PIECE, (i + 1) * PIECE), piece.values));
    return reshape([...seen, mul(part(PIECE * pieces, PIECE * pieces + 1), v)].reduce(add), queries.shape);
  };
}

/** Inputs of a step that differ from one token to the next; a layer's others stay where they are. */
const MOVING = ['x', 'position', 'mask'];

/**
 * x [rows, d], position int [rows], mask, pieces of keys and values -> y [rows, d], and `fresh`, the new keys and
 * values [2, 1, rows, kvHeads, headSize]. Where commands are recorded, the program serves one layer.
 */
export function stepGraph(parts: DecodeParts, pieces: number, isLocal: boolean): CompiledGraph {
  const { config, rows, capacity, keptAs } = parts;
  const attend = attendPieces(parts, pieces);
  let fresh: readonly Value[] = [];
  const context = {
    rows: [rows],
    rotation: rotation(config, capacity, input('position', [rows], 'int'), isLocal),
    attend: (queries: Value, keys: Value, values: Value): Value => {
      fresh = [keys, values];
      return attend(queries, keys, values);
    },
  };
  const { x: y } = block(config, adapted(parts), 'layers.0', input('x', [rows, config.dim]), context);
  const shape = [1, 1, rows, config.kvHeads, headSize(config)];
  // Joined, since an output that is a reshape would be a copy, which the replay of a recorded step leaves out.
  const graph = compile('step', { y, fresh: joined(fresh.map((v) => cast(reshape(v, shape), keptAs))) });
  const names = graph.inputs.map(({ name }) => name);
  return { ...graph, capture: { fixed: names.filter((name) => !MOVING.includes(name)) } };
}

/**
 * x [prompts, length, d] of distinct prompts, and the prompt int [rows] of each row -> y, shaped as x, and `fresh`, the
 * keys and values of each row [2, length, rows, kvHeads, headSize].
 */
export function prefillGraph(parts: DecodeParts, prompts: number, length: number, isLocal: boolean): CompiledGraph {
  const { config, rows, keptAs } = parts;
  const parameters = adapted(parts);
  const x = input('x', [prompts * length, config.dim]);
  const sequences = { x: reshape(x, [prompts, length, config.dim]) };
  const context = blockContext(config, sequences, kernelOf(parameters), isLocal);
  const { x: y, cache } = block(config, parameters, 'layers.0', x, context);
  const promptOf = input('promptOf', [rows], 'int');
  const shape = [1, length, rows, config.kvHeads, headSize(config)];
  const perRow = (v: Value): Value => cast(reshape(transpose(gather(v, promptOf), [2, 0, 1, 3]), shape), keptAs);
  return compile('prefill', { y, fresh: joined([cache.keys, cache.values].map(perRow)) });
}

/** x [rows, d] -> logits [1, rows, chunk] of rows [chunk, d] of the table; `unused` as in `chunkGraph`. */
export function logitsGraph(
  { config, base, rows }: Pick<DecodeParts, 'config' | 'base' | 'rows'>,
  chunk: number,
): CompiledGraph {
  const hidden = normed(config, base(), 'norm', input('x', [rows, config.dim]));
  const logits = matmul(hidden, transpose(input('rows', [chunk, config.dim])));
  return compile('logits', { logits: reshape(add(logits, input('unused', [1, chunk])), [1, rows, chunk]) });
}

/** x [rows, d] -> logits [1, rows, V] of a table in blocks, which a GPU multiplies by as they are stored. */
export function wholeLogitsGraph({ config, base, rows }: DecodeParts, table: string): CompiledGraph {
  const parameters = base();
  const hidden = normed(config, parameters, 'norm', input('x', [rows, config.dim]));
  return compile('logits', { logits: reshape(parameters.linear(table, hidden), [1, rows, config.vocabSize]) });
}

/** Logits [parts, rows, chunk], uniform [rows], temperature -> tokenId int [rows] and its log-probability [rows]. */
export function drawGraph(rows: number, parts: number, chunk: number): CompiledGraph {
  const logits = reshape(transpose(input('logits', [parts, rows, chunk]), [1, 0, 2]), [rows, parts * chunk]);
  return compile('draw', { ...drawToken(logits, input('uniform', [rows]), input('temperature', [])) });
}

/** A piece and the parent int [rows] of each row -> the piece whose row i is the former row parent[i]. */
export function forkGraph({ config, rows, keptAs }: DecodeParts): CompiledGraph {
  const piece = input('piece', [PIECE, rows, config.kvHeads, headSize(config)], keptAs);
  const byRow = gather(transpose(piece, [1, 0, 2, 3]), input('parent', [rows], 'int'));
  return compile('fork', { forked: transpose(byRow, [1, 0, 2, 3]) });
}
