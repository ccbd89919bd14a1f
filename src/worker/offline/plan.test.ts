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

describe('which files are kept', () => {
  it('the page and its scripts at once, whatever its address asks for', () => {
    expect(plan(`${scope}?hide=ask#seed=3`)).toBe('kept');
    expect(plan(`${scope}index.html`)).toBe('kept');
    expect(plan(`${scope}assets/index-AAAAAAAA.js`)).toBe('kept');
  });

  it('the runtime once it was used; policies and results are asked for again', () => {
    expect(plan(`${scope}assets/ort-wasm-simd-threaded-AAAAAAAA.wasm`)).toBe('once used');
    expect(plan(`${scope}policies/default.safetensors`)).toBe('asked again');
    expect(plan(`${scope}claims/index.json`)).toBe('asked again');
  });

  it('nothing of another origin, of another folder, or that the build does not know', () => {
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

  it('names what a run has used, by the build of its runtime', () => {
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
