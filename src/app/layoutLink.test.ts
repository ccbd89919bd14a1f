import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tasks } from '../tasks/index.ts';
import { hideable, plainLayout, readLayout, writeLayout } from './layoutLink.ts';
import { frameOf, sharedAddress } from './shareLink.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { linkWords, readLink } from './url.ts';

const read = (search: string, hash = '') => readLayout(linkWords(search, hash));
const settingsOf = (hash: string) => createSettingsStore(tasks, readLink('', hash, tasks)).getState();
const place = { origin: 'https://school.example', pathname: '/sub/' };

describe('the layout in a link', () => {
  it('is empty, or names to hide with commas or spaces, and the compact layout', () => {
    expect(read('')).toEqual({ ...plainLayout, notices: [] });
    expect(read('?hide=ask,%20runs+beta,ask&embed=1')).toEqual({
      hidden: new Set(['ask', 'runs', 'beta']),
      embed: true,
      present: null,
      notices: [],
    });
    expect(read('?hide=ask', '#hide=runs').hidden).toEqual(new Set(['runs']));
  });

  it('reports invalid words, also when the settings are read', () => {
    const { hidden, embed, notices } = read('?hide=ask,nobody,__proto__&embed=yes');
    expect([hidden, embed]).toEqual([new Set(['ask']), false]);
    expect(notices.join('\n')).toMatch(/“nobody”[^\n]*Share[^\n]*\n[^\n]*“__proto__”[^]*embed=yes: 0 or 1/);
    expect(readLink('?hide=nobody', '', tasks).notices.join()).toContain('“nobody”');
    expect(readLink('?hide=ask+beta&embed=1', '', tasks).notices).toEqual([]);
  });

  it('keeps the parts visible in which a draft objective is shown', () => {
    const { hidden, notices } = read('?hide=settings,objective,ask&embed=1', '#objective=-A*logp');
    expect(hidden).toEqual(new Set(['ask']));
    expect(notices).toHaveLength(3);
  });

  it('presents the named chart, and the first one where the name is none', () => {
    expect(read('?present=entropy')).toEqual({ ...plainLayout, present: 'entropy', notices: [] });
    const { present, notices } = read('?present=%3Cb%3E');
    expect(present).toBe('reward');
    expect(notices.join()).toContain('present=<b>: the id of a chart');
    expect(readLink('?present=entropy', '', tasks).notices).toEqual([]);
  });

  it('has a name for every part of the page that asks whether it is hidden', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));
    const asked = files.flatMap((name) =>
      [...readFileSync(`src/${name}`, 'utf8').matchAll(/<Hideable name="([^"]+)"/g)].map(([, part = '']) => part),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(read(`?hide=${asked.join()}`).notices).toEqual([]);
  });

  it('can hide every part by a distinct name', () => {
    const names = hideable.flatMap(({ parts }) => parts.map(({ id }) => id));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('learning_rate');
    const words = new URLSearchParams();
    writeLayout(words, { hidden: new Set(names), embed: true, present: 'kl' });
    expect(readLayout(words)).toEqual({ hidden: new Set(names), embed: true, present: 'kl', notices: [] });
  });
});

describe('a shared address', () => {
  it('opens with the same settings and hidden parts, and on WASM if asked', () => {
    const settings = settingsOf('#seed=7&learning_rate=0.002&task=countdown');
    const url = new URL(
      sharedAddress(place, settings, { ...plainLayout, hidden: new Set(['ask', 'beta']), wasm: true }),
    );
    expect(url.href).toMatch(/^https:\/\/school\.example\/sub\/\?backend=wasm&hide=ask\+beta#/);
    expect(readLink(url.search, url.hash, tasks)).toMatchObject({
      config: settings.config,
      options: { backend: 'wasm' },
      notices: [],
    });
    expect(sharedAddress(place, settingsOf(''), { ...plainLayout, wasm: false })).toBe('https://school.example/sub/');
  });

  it('is one attribute in the HTML of a frame, whatever it contains', () => {
    const settings = settingsOf(
      `#${new URLSearchParams({ 'code.sent': 'function reward() { return "<\'&"; }' }).toString()}`,
    );
    const address = sharedAddress(place, settings, { ...plainLayout, embed: true, wasm: false });
    const frame = frameOf(address);
    expect(frame).toMatch(/^<iframe src="[^"<]*" title="Rollout" [^<]*><\/iframe>$/);
    expect(/src="([^"]*)"/.exec(frame)?.[1]?.replaceAll('&amp;', '&')).toBe(address);
    expect(frameOf('"><script>')).not.toContain('<script');
  });
});
