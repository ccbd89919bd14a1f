/**
 * @file The container survives a round trip, and refuses every malformed file with a CheckpointError that names the
 * part.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CheckpointError, readSafetensors, writeSafetensors, type StoredTensor } from './safetensors.ts';

/** A file with the given header text (length field included) and data. */
function fileOf(header: unknown, data = new Uint8Array(0)): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  file.set(data, 8 + text.length);
  return file;
}

const sample = (): Map<string, StoredTensor> =>
  new Map<string, StoredTensor>([
    ['bytes', { shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['weights', { shape: [2, 2], data: Float32Array.of(1.5, -0, Number.MAX_VALUE, Number.NaN) }],
    ['counts', { shape: [2], data: Int32Array.of(-7, 2 ** 31 - 1) }],
    ['nothing', { shape: [0, 4], data: new Float32Array(0) }],
    ['scalar', { shape: [], data: Float32Array.of(3) }],
  ]);

describe('round trip', () => {
  test('tensors and metadata are restored bit for bit, also from an unaligned view', () => {
    const file = writeSafetensors({ tensors: sample(), metadata: { title: 'päron "x": {', other: '' } });
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    for (const bytes of [file, shifted.subarray(3)]) {
      const read = readSafetensors(bytes);
      expect(read.metadata).toEqual({ title: 'päron "x": {', other: '' });
      expect(read.tensors.size).toBe(5);
      for (const [name, tensor] of sample()) expect(read.tensors.get(name)).toEqual(tensor);
    }
  });

  test('tensors lie in the memory of an aligned file on request', () => {
    const file = writeSafetensors({ tensors: sample(), metadata: {} });
    const shifted = new Uint8Array(file.length + 3);
    shifted.set(file, 3);
    const isIn = (bytes: Uint8Array, isShared: boolean) => {
      const { tensors } = readSafetensors(bytes, isShared);
      for (const [name, tensor] of sample()) expect(tensors.get(name)).toEqual(tensor);
      return new Set([...tensors.values()].map(({ data }) => data.buffer === bytes.buffer));
    };
    expect(isIn(file, true)).toEqual(new Set([true]));
    expect(isIn(file, false)).toEqual(new Set([false]));
    expect(isIn(shifted.subarray(3), true)).toEqual(new Set([false]));
  });

  test('the data begins at a multiple of 8 and 4-byte tensors come before bytes', () => {
    const file = writeSafetensors({ tensors: sample(), metadata: {} });
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header.weights).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] });
    expect(header.bytes.data_offsets).toEqual([28, 31]);
  });

  test('the same content gives the same bytes', () => {
    expect(writeSafetensors({ tensors: sample(), metadata: { a: 'b' } })).toEqual(
      writeSafetensors({ tensors: sample(), metadata: { a: 'b' } }),
    );
  });

  test.each(['__proto__', 'constructor', '__metadata__', ''])('the writer refuses the name %j', (name) => {
    const tensors = new Map([[name, { shape: [1], data: Float32Array.of(1) }]]);
    expect(() => writeSafetensors({ tensors, metadata: {} })).toThrow(/is not allowed as a tensor name/);
  });

  test('the writer refuses data that does not fill its shape', () => {
    const tensors = new Map([['w', { shape: [2, 2], data: Float32Array.of(1) }]]);
    expect(() => writeSafetensors({ tensors, metadata: {} })).toThrow(/tensor "w" has 1 values for the shape \[2, 2\]/);
  });
});

const f32 = (from: number, to: number, shape: number[] = [(to - from) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [from, to],
});
const eight = new Uint8Array(8);

describe('malformed files', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(0), /truncated, 0 bytes do not hold the 8-byte header length/],
    ['header length cut', new Uint8Array(7), /truncated, 7 bytes/],
    [
      'header cut',
      fileOf({ w: f32(0, 8) }, eight).subarray(0, 20),
      /truncated, the header has \d+ bytes and only 12 follow/,
    ],
    ['header length absurd', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), /header length \d+ is more than 100000000/],
    [
      'data cut',
      fileOf({ w: f32(0, 8) }, eight).subarray(0, -1),
      /bytes 0 to 8 of tensor "w" are out of range, the data has 7 bytes/,
    ],
    ['no UTF-8', fileOf({ w: f32(0, 8) }, eight).fill(0xff, 8, 12), /header is not UTF-8/],
    ['no JSON', fileOf('{"w": '), /header is not JSON/],
    ['list', fileOf([]), /header is not a JSON object/],
    ['null', fileOf('null'), /header is not a JSON object/],
    ['offsets beyond the data', fileOf({ w: f32(0, 16) }, eight), /out of range/],
    ['offsets backwards', fileOf({ w: f32(8, 0, [0]) }, eight), /bytes 8 to 0 of tensor "w" end before they begin/],
    ['overlap', fileOf({ a: f32(0, 8), b: f32(4, 8) }, eight), /tensor "b" overlap another tensor's/],
    ['gap', fileOf({ a: f32(4, 8) }, eight), /data bytes 0 to 4 belong to no tensor/],
    ['surplus', fileOf({ a: f32(0, 4) }, eight), /data bytes 4 to 8 belong to no tensor/],
    ['size against shape', fileOf({ w: f32(0, 8, [3]) }, eight), /do not fit F32 \[3\], which needs 12 bytes/],
    ['huge shape', fileOf({ w: f32(0, 8, [1e15, 1e15]) }, eight), /do not fit F32/],
    [
      'dtype',
      fileOf({ w: { ...f32(0, 8), dtype: 'F16' } }, eight),
      /header of tensor "w": dtype must be F32, U8 or I32/,
    ],
    ['negative offset', fileOf({ w: f32(-4, 4, [2]) }, eight), /header of tensor "w"/],
    ['fractional shape', fileOf({ w: f32(0, 8, [1.5]) }, eight), /header of tensor "w"/],
    [
      'no offsets',
      fileOf({ w: { dtype: 'F32', shape: [2] } }, eight),
      /header of tensor "w": data_offsets must be two whole numbers/,
    ],
    ['surplus field', fileOf({ w: { ...f32(0, 8), note: 1 } }, eight), /header of tensor "w".*note/],
    [
      'tensor named twice',
      fileOf(
        '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0077"  :{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}',
        eight,
      ),
      /the header names "w" twice/,
    ],
    [
      'field named twice',
      fileOf('{"w":{"dtype":"U8","dtype":"F32","shape":[2],"data_offsets":[0,8]}}', eight),
      /names "dtype" twice/,
    ],
    [
      'prototype',
      fileOf('{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', eight),
      /"__proto__" is not allowed as a tensor name/,
    ],
    ['constructor', fileOf({ constructor: f32(0, 8) }, eight), /"constructor" is not allowed as a tensor name/],
    ['metadata of numbers', fileOf({ __metadata__: { a: 1 } }), /__metadata__ must map strings to strings/],
    ['metadata list', fileOf({ __metadata__: ['a'] }), /__metadata__ must map strings to strings/],
    [
      'metadata prototype',
      fileOf('{"__metadata__":{"__proto__":"x"}}'),
      /"__proto__" is not allowed as a key of __metadata__/,
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(CheckpointError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test('10 000 mutated files are read or refused, never crash', () => {
    const original = writeSafetensors({ tensors: sample(), metadata: { title: 'fuzz' } });
    const mutation = fc.record({
      edits: fc.array(
        fc.tuple(
          fc.nat(original.length - 1),
          fc.oneof(fc.nat(255), fc.constantFrom(...new TextEncoder().encode('"{}[]:,019-e\\ '))),
        ),
        { maxLength: 6 },
      ),
      cut: fc.option(fc.nat(original.length), { freq: 5 }),
    });
    let refused = 0;
    fc.assert(
      fc.property(mutation, ({ edits, cut }) => {
        const bytes = Uint8Array.from(original);
        for (const [at, value] of edits) bytes[at] = value;
        try {
          readSafetensors(cut === null ? bytes : bytes.subarray(0, cut));
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
          refused++;
        }
      }),
      { numRuns: 10_000 },
    );
    expect(refused).toBeGreaterThan(5000);
  });

  test('random headers of random JSON never crash', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.uint8Array({ maxLength: 16 }), (header, data) => {
        try {
          expect(readSafetensors(fileOf(JSON.stringify(header), data)).tensors.size).toBe(0);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
