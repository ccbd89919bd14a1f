/** @file A checkpoint survives a round trip, detects every altered byte, and names inconsistent parts. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import {
  decodeCheckpoint,
  encodeCheckpoint,
  quantizeWeights,
  tokenizerFrom,
  weightsHash,
  type BaseWeights,
  type Provenance,
} from './checkpoint.ts';
import { weightNames, type PolicyConfig } from './config.ts';
import { dequantizeLinear, type Weight } from './quantize.ts';
import { CheckpointError, readSafetensors, writeSafetensors, type StoredTensor } from './safetensors.ts';
import { characterTokenizer, type TokenizerDescription } from './tokenizer.ts';

const config: PolicyConfig = {
  vocabSize: 64,
  dim: 32,
  layers: 1,
  heads: 4,
  kvHeads: 2,
  hiddenDim: 64,
  maxSequence: 48,
  ropeTheta: 10000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};
const provenance: Provenance = {
  id: 'tiny',
  title: 'Tiny “test” policy',
  date: '2026-08-01',
  mixture: { direct: 0.5, worked: 0.5 },
  pretraining: { seed: 1, steps: 100, schedule: 'cosine' },
  accuracies: { sums: 0.25 },
};
const tokenizer = characterTokenizer().describe();

function denseBase(of: PolicyConfig = config): BaseWeights {
  const weights = weightNames(of).map(({ name, shape }): [string, Weight] => {
    const source = random(5, name);
    const size = shape.reduce((product: number, n) => product * n, 1);
    return [name, { kind: 'dense', shape, data: Float32Array.from({ length: size }, () => source.normal()) }];
  });
  return { config: of, weights: new Map(weights) };
}

const base = denseBase();
const encode = (policy: BaseWeights = base, description: TokenizerDescription = tokenizer) =>
  encodeCheckpoint({ ...policy, tokenizer: description }, provenance);

/** The file of `base` with its tensors changed, its manifest and hash kept. */
function withTensors(change: (tensors: Map<string, StoredTensor>) => void, file = encode()): Uint8Array {
  const { tensors, metadata } = readSafetensors(file);
  const changed = new Map(tensors);
  change(changed);
  return writeSafetensors({ tensors: changed, metadata });
}

test('the hash of the weights depends on them alone: a changed title keeps it, a changed number does not', () => {
  const quantized = quantizeWeights(base, 4);
  const [first, other] = [provenance, { ...provenance, title: 'Another title' }].map((of) =>
    decodeCheckpoint(encodeCheckpoint({ ...quantized, tokenizer }, of)),
  );
  expect(first?.manifest.sha256).not.toBe(other?.manifest.sha256);
  expect(weightsHash(first as BaseWeights)).toBe(weightsHash(other as BaseWeights));
  expect(weightsHash(first as BaseWeights)).toBe(weightsHash(quantized));
  expect(weightsHash(base)).not.toBe(weightsHash(quantized));
  const [name, weight] = [...base.weights].find(([, { kind }]) => kind === 'dense') as [
    string,
    Extract<Weight, { kind: 'dense' }>,
  ];
  expect(
    weightsHash({ weights: new Map(base.weights).set(name, { ...weight, data: weight.data.with(0, 7) }) }),
  ).not.toBe(weightsHash(base));
});

describe('round trip', () => {
  test('dense weights are restored bit for bit, with a full manifest', () => {
    const decoded = decodeCheckpoint(encode());
    expect(decoded.config).toEqual(config);
    expect(decoded.weights).toEqual(base.weights);
    expect(decoded.manifest).toEqual({
      format: 'rollout-policy',
      version: 1,
      ...provenance,
      config,
      tokenizer,
      bits: 32,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(tokenizerFrom(decoded.tokenizer).encode('1+1')).toEqual(characterTokenizer().encode('1+1'));
  });

  test.each([4, 8] as const)('%i bits: linear weights are restored quantized, the others dense', (bits) => {
    const quantized = quantizeWeights(base, bits);
    const decoded = decodeCheckpoint(encode(quantized));
    expect(decoded.weights).toEqual(quantized.weights);
    expect(decoded.manifest.bits).toBe(bits);
    for (const { name, kind, shape } of weightNames(config)) {
      const weight = decoded.weights.get(name);
      expect([name, weight?.kind, weight?.shape]).toEqual([name, kind === 'linear' ? 'quantized' : 'dense', shape]);
    }
    const q = decoded.weights.get('layers.0.q');
    const original = base.weights.get('layers.0.q');
    if (q?.kind !== 'quantized' || original?.kind !== 'dense') throw new Error('layers.0.q has another kind');
    const worst = dequantizeLinear(q).reduce(
      (largest, value, i) => Math.max(largest, Math.abs(value - (original.data[i] as number))),
      0,
    );
    expect(worst).toBeLessThan(bits === 4 ? 0.5 : 0.05);
  });

  test('a mixture of dense and quantized weights states the fewest bits', () => {
    const weights = new Map(base.weights);
    weights.set('head', quantizeWeights(base, 4).weights.get('head') as Weight);
    const decoded = decodeCheckpoint(encode({ config, weights }));
    expect(decoded.weights).toEqual(weights);
    expect(decoded.manifest.bits).toBe(4);
  });

  test('the same policy gives the same bytes, and 4 bits a fifth of the linear weights', () => {
    expect(encode()).toEqual(encode());
    const linear = weightNames(config).reduce(
      (sum, { kind, shape }) => (kind === 'linear' ? sum + shape[0] * shape[1] : sum),
      0,
    );
    // 4 bits and a float32 scale per 32 weights: 5 bits per weight instead of 32.
    const saved = encode().length - encode(quantizeWeights(base, 4)).length;
    expect(Math.abs(saved - (linear * 27) / 8)).toBeLessThan(1500);
  });

  test('a weight whose inputs do not fill blocks cannot be quantized', () => {
    expect(() => quantizeWeights(denseBase({ ...config, hiddenDim: 40 }), 4)).toThrow(
      /layers\.0\.down: 40 inputs are not a multiple/,
    );
  });
});

describe('altered files', () => {
  test('every altered byte is refused, or does not change the decoded policy', () => {
    const file = encode(quantizeWeights(base, 4));
    const whole = decodeCheckpoint(file);
    const dataStart = 8 + Number(new DataView(file.buffer).getBigUint64(0, true));
    let refused = 0;
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(dataStart - 1), fc.nat(file.length - 1)),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const altered = Uint8Array.from(file);
          altered[at] = (altered[at] as number) ^ flip;
          try {
            expect(decodeCheckpoint(altered)).toEqual(whole);
          } catch (error) {
            expect(error).toBeInstanceOf(CheckpointError);
            if (at >= dataStart) expect(String(error)).toMatch(/the file was altered or damaged/);
            refused++;
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(380);
  });

  test('swapped tensors of one shape are detected', () => {
    const swapped = withTensors((tensors) => {
      const [q, o] = [tensors.get('layers.0.q') as StoredTensor, tensors.get('layers.0.o') as StoredTensor];
      tensors.set('layers.0.q', o).set('layers.0.o', q);
    });
    expect(() => decodeCheckpoint(swapped)).toThrow(
      /altered or damaged: its SHA-256 is [0-9a-f]{64}, its manifest states [0-9a-f]{64}/,
    );
  });

  test('an edited manifest is detected', () => {
    const { tensors, metadata } = readSafetensors(encode());
    const edited = { ...metadata, manifest: (metadata['manifest'] as string).replace('"sums":0.25', '"sums":0.95') };
    expect(edited['manifest']).not.toBe(metadata['manifest']);
    expect(() => decodeCheckpoint(writeSafetensors({ tensors, metadata: edited }))).toThrow(/altered or damaged/);
  });

  test('safetensors files of other kinds are refused', () => {
    const { tensors } = readSafetensors(encode());
    expect(() => decodeCheckpoint(writeSafetensors({ tensors, metadata: { format: 'pt' } }))).toThrow(
      /has no policy manifest/,
    );
    expect(() => decodeCheckpoint(new Uint8Array(3))).toThrow(/truncated/);
  });
});

/** A file of any manifest and tensors with a valid hash, computed by Node's SHA-256. */
function sealed(manifest: string, tensors: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const hash = createHash('sha256').update(`${manifest}\n`);
  for (const name of [...tensors.keys()].sort()) {
    const { shape, data } = tensors.get(name) as StoredTensor;
    const dtype = data instanceof Float32Array ? 'F32' : 'U8';
    hash.update(`${JSON.stringify([name, dtype, shape])}\n`).update(new Uint8Array(data.buffer));
  }
  return writeSafetensors({ tensors, metadata: { manifest, sha256: hash.digest('hex') } });
}

describe('files with a valid hash from elsewhere', () => {
  const { tensors, metadata } = readSafetensors(encode());
  const manifest = metadata['manifest'] as string;

  test('the hash is the documented one', () => {
    expect(sealed(manifest, tensors)).toEqual(encode());
  });

  test.each<[string, string, RegExp]>([
    ['not JSON', '{', /the manifest is not JSON/],
    ['another format', '{"format":"x","version":1}', /format is not "rollout-policy"/],
    ['a list', '[]', /format is not "rollout-policy"/],
    ['a later version', manifest.replace('"version":1', '"version":2'), /has version 2, only version 1 can be read/],
    ['a field missing', manifest.replace('"title"', '"name"'), /manifest: title: .*name/],
    [
      'an impossible config',
      manifest.replace('"heads":4', '"heads":5'),
      /config\.dim: dim: 32 is not divisible by heads \(5\)/,
    ],
    [
      'a config of other shapes',
      manifest.replace('"hiddenDim":64', '"hiddenDim":96'),
      /tensor layers\.0\.gate has the shape \[32, 64\] where the config needs \[32, 96\]/,
    ],
    ['more layers', manifest.replace('"layers":1', '"layers":2'), /tensor layers\.1\.attention_norm is missing/],
    [
      'a rotation that overflows',
      manifest.replace('"ropeTheta":10000', '"ropeTheta":1e308'),
      /config\.ropeTheta: ropeTheta: at most 1000000000000/,
    ],
    [
      'an epsilon that hides all',
      manifest.replace('"normEps":0.00001', '"normEps":1e9'),
      /config\.normEps: normEps: at most 1/,
    ],
    ['another tokenizer', manifest.replace('"a","b"', '"a"'), /tokenizer has 63 tokens where config\.vocabSize is 64/],
  ])('%s', (_, text, message) => {
    expect(() => decodeCheckpoint(sealed(text, tensors))).toThrow(CheckpointError);
    expect(() => decodeCheckpoint(sealed(text, tensors))).toThrow(message);
  });

  test.each([Number.NaN, Infinity, -Infinity])('a weight or a scale of %d', (value) => {
    const changed = (name: string, from: ReadonlyMap<string, StoredTensor>) => {
      const { shape, data } = from.get(name) as StoredTensor;
      const copy = Float32Array.from(data);
      copy[5] = value;
      return new Map(from).set(name, { shape, data: copy });
    };
    expect(() => decodeCheckpoint(sealed(manifest, changed('norm', tensors)))).toThrow(
      `checkpoint: tensor "norm": value 5 is ${value}, not a finite number`,
    );
    const quantized = readSafetensors(encode(quantizeWeights(base, 4)));
    expect(() =>
      decodeCheckpoint(sealed(quantized.metadata['manifest'] ?? '', changed('layers.0.q.scales', quantized.tensors))),
    ).toThrow(`checkpoint: tensor "layers.0.q.scales": value 5 is ${value}`);
    expect(() =>
      encode({
        config,
        weights: new Map(base.weights).set('norm', {
          kind: 'dense',
          shape: [32],
          data: new Float32Array(32).fill(value),
        }),
      }),
    ).toThrow(CheckpointError);
  });

  test('a tensor of another type', () => {
    const bytes = new Map(tensors).set('norm', { shape: [32], data: new Uint8Array(32) });
    expect(() => decodeCheckpoint(sealed(manifest, bytes))).toThrow(/tensor norm is U8 where F32 is needed/);
  });
});

describe('an inconsistent part is named', () => {
  const withWeight = (name: string, weight: Weight | undefined): BaseWeights => {
    const weights = new Map(base.weights);
    if (weight) weights.set(name, weight);
    else weights.delete(name);
    return { config, weights };
  };
  const wrong: Weight = { kind: 'dense', shape: [16, 32], data: new Float32Array(512) };
  const narrow: Weight = {
    kind: 'quantized',
    bits: 4,
    shape: [32, 8],
    packed: new Uint8Array(128),
    scales: new Float32Array(8),
  };
  test.each<[string, BaseWeights, RegExp]>([
    [
      'wrong shape',
      withWeight('layers.0.k', wrong),
      /tensor layers\.0\.k has the shape \[16, 32\] where the config needs \[32, 16\]/,
    ],
    [
      'wrong quantized shape',
      withWeight('layers.0.k', narrow),
      /tensor layers\.0\.k\.packed has the shape \[8, 1, 16\] where the config needs \[16, 1, 16\]/,
    ],
    ['missing', withWeight('norm', undefined), /tensor norm is missing/],
    ['surplus', withWeight('layers.1.q', wrong), /tensor layers\.1\.q belongs to no weight of the config/],
    [
      'surplus head',
      { config: { ...config, tiedHead: true }, weights: base.weights },
      /tensor head belongs to no weight/,
    ],
  ])('%s', (_, policy, message) => {
    expect(() => encode(policy)).toThrow(CheckpointError);
    expect(() => encode(policy)).toThrow(message);
  });

  test.each<[string, TokenizerDescription, RegExp]>([
    [
      'a smaller tokenizer',
      { kind: 'character', vocabulary: ['<pad>', '<bos>', '<eos>', 'a'] },
      /tokenizer has 4 tokens where config\.vocabSize is 64/,
    ],
    ['an unusable tokenizer', { kind: 'character', vocabulary: ['a', 'b', 'c', 'd'] }, /token 0 must be <pad>/],
  ])('%s', (_, description, message) => {
    expect(() => encode(base, description)).toThrow(CheckpointError);
    expect(() => encode(base, description)).toThrow(message);
  });

  test.each<[Partial<Provenance>, RegExp]>([
    [{ id: 'Not An Id' }, /manifest: id: lower-case letters/],
    [{ date: 'yesterday' }, /manifest: date: /],
    [{ accuracies: { sums: Number.NaN } }, /manifest: accuracies\.sums: /],
  ])('provenance %j', (change, message) => {
    expect(() => encodeCheckpoint({ ...base, tokenizer }, { ...provenance, ...change })).toThrow(message);
  });
});
