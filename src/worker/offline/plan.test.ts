import { describe, expect, it } from 'vitest';
import { type Build, pathOf, planFor, usedFiles } from './plan.ts';

const build: Build = {
  version: '1',
  atOnce: ['', 'assets/index-AAAAAAAA.js', 'favicon.svg'],
  onceUsed: [
    'assets/ort-wasm-simd-threaded-AAAAAAAA.wasm',
    'assets/ort-wasm-simd-threaded.jspi-AAAAAAAA.wasm',
    'assets/ort-wasm-simd-threaded.asyncify-AAAAAAAA.wasm',
    'assets/ort.jspi.bundle.min-AAAAAAAA.js',
    'assets/ort.webgpu.bundle.min-AAAAAAAA.js',
    'assets/emscripten-module-AAAAAAAA.wasm',
  ],
  sha256: {},
  named: ['assets/index-AAAAAAAA.js'],
};
const scope = 'https://a.example/sub/path/';
const plan = (url: string) => planFor(pathOf(url, scope), build);

describe('planFor', () => {
  it('keeps the page and its scripts at once, with any search part in the address', () => {
    expect(plan(`${scope}?hide=ask#seed=3`)).toBe('kept');
    expect(plan(`${scope}index.html`)).toBe('kept');
    expect(plan(`${scope}assets/index-AAAAAAAA.js`)).toBe('kept');
  });

  it('keeps the runtime after its first use; policies and results are requested again', () => {
    expect(plan(`${scope}assets/ort-wasm-simd-threaded-AAAAAAAA.wasm`)).toBe('once used');
    expect(plan(`${scope}policies/default.safetensors`)).toBe('asked again');
    expect(plan(`${scope}claims/index.json`)).toBe('asked again');
  });

  it('keeps nothing of another origin or folder, and nothing that the build does not list', () => {
    const elsewhere = [
      'https://b.example/sub/path/',
      'https://a.example/sub/',
      'https://a.example/sub/pathology',
      `${scope}gallery.html`,
      `${scope}assets/index-BBBBBBBB.js`,
      `${scope}policies/../../x.json`,
    ];
    expect(elsewhere.filter((url) => plan(url) !== 'pass')).toEqual([]);
  });

  it('usedFiles names the files that a run has used, by its runtime build', () => {
    expect(usedFiles('wasm', 'default', build)).toEqual([
      'assets/ort-wasm-simd-threaded-AAAAAAAA.wasm',
      'policies/default.safetensors',
    ]);
    expect(usedFiles('jspi', 'echo-even', build)).toEqual([
      'assets/ort-wasm-simd-threaded.jspi-AAAAAAAA.wasm',
      'assets/ort.jspi.bundle.min-AAAAAAAA.js',
      'policies/echo-even.safetensors',
    ]);
    expect(usedFiles('asyncify', 'default', build)).toHaveLength(3);
  });
});
