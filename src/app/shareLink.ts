/** @file Addresses to share: current settings and hidden parts, and the HTML of a frame. */
import type { SettingsState } from './stores/settingsState.ts';
import { writeLayout, type Layout } from './layoutLink.ts';
import { COMPARE, linkOf, type Plan } from './stores/comparisonPlan.ts';
import { currentLink, writeHash } from './url.ts';

export interface Shared extends Layout {
  /** Asks for WASM, where the same seed gives the same curve exactly. */
  readonly wasm: boolean;
}

type Place = Pick<Location, 'origin' | 'pathname'>;

/** The full address of a page that opens with these settings. */
export function sharedAddress(
  { origin, pathname }: Place,
  { preset, config, draft, offered }: SettingsState,
  shared: Shared,
): string {
  const words = new URLSearchParams(shared.wasm ? { backend: 'wasm' } : {});
  writeLayout(words, shared);
  const query = words.toString();
  return `${origin}${pathname}${query === '' ? '' : `?${query}`}${writeHash(preset, config, draft, offered)}`;
}

/** The full address of a page that offers this comparison. */
export const comparedAddress = ({ origin, pathname }: Place, plan: Plan): string =>
  `${origin}${pathname}#${currentLink}&${new URLSearchParams({ [COMPARE]: linkOf(plan) })}`;

const attribute = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** HTML of a frame with this address. */
export const frameOf = (address: string): string =>
  `<iframe src="${attribute(address)}" title="Rollout" width="960" height="640" loading="lazy" allow="cross-origin-isolated; clipboard-write"></iframe>`;
