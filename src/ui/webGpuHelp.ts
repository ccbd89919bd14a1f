/** @file How to enable WebGPU in the reader's browser, by its user agent. */
import { text } from './text.ts';

/** Facts about the browser and the page's address. */
export interface Surroundings {
  /** `navigator.userAgent`. */
  readonly userAgent: string;
  /** Whether the page is open over https or on localhost. */
  readonly secure: boolean;
  /** The address asks for WASM. */
  readonly asked: boolean;
}

type Browser = 'chrome' | 'edge' | 'firefox' | 'safari' | 'other';
type System = 'windows' | 'mac' | 'linux' | 'android' | 'ios' | 'other';

export interface Agent {
  readonly browser: Browser;
  /** Major version; 0 if unknown. */
  readonly version: number;
  readonly system: System;
}

/** Order matters: Edge also names Chrome, Chrome also names Safari, and Android also names Linux. */
const browsers: readonly (readonly [Browser, RegExp])[] = [
  ['edge', /\bEdgA?\/(\d+)/],
  ['firefox', /\bFirefox\/(\d+)/],
  ['chrome', /(?:\b|Headless)Chrom(?:e|ium)\/(\d+)/],
  ['safari', /\bVersion\/(\d+).*\bSafari\//],
];
const systems: readonly (readonly [System, RegExp])[] = [
  ['ios', /\b(?:iPhone|iPad|iPod)\b/],
  ['android', /\bAndroid\b/],
  ['windows', /\bWindows\b/],
  ['mac', /\bMacintosh\b/],
  ['linux', /\b(?:Linux|X11|CrOS)\b/],
];

/** Every browser on iOS runs on Safari's engine, whatever its name. */
export function agentOf(userAgent: string): Agent {
  const system = systems.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? 'other';
  if (system === 'ios')
    return { browser: 'safari', version: Number(/\b(?:Version\/|OS )(\d+)/.exec(userAgent)?.[1] ?? 0), system };
  for (const [browser, pattern] of browsers) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return { browser, version: Number(version), system };
  }
  return { browser: 'other', version: 0, system };
}

const words = text.backend.help;

function chromiumSteps({ browser, version, system }: Agent): readonly string[] {
  const needed = system === 'android' ? 121 : 113;
  const scheme = browser === 'edge' ? 'edge' : 'chrome';
  return [
    ...(version > 0 && version < needed ? [words.update(needed, version)] : []),
    ...(system === 'android' ? [words.android] : [words.acceleration(browser === 'edge')]),
    ...(system === 'linux' ? [words.linuxFlags(scheme)] : []),
    words.gpuPage(scheme),
  ];
}

function firefoxSteps({ version, system }: Agent): readonly string[] {
  if (system !== 'windows' && system !== 'mac') return [words.firefoxElsewhere];
  const needed = system === 'windows' ? 141 : 145;
  return [
    ...(version < needed ? [words.update(needed, version)] : []),
    ...(system === 'mac' ? [words.firefoxMac] : []),
    words.firefoxAcceleration,
  ];
}

const safariSteps = ({ version, system }: Agent): readonly string[] =>
  version >= 26 ? [words.safariSwitch] : [system === 'ios' ? words.ios(version) : words.safari(version)];

/** The steps to take, one sentence each; the last says that everything works without WebGPU. */
export function webGpuHelp({ userAgent, secure, asked }: Surroundings): readonly string[] {
  const agent = agentOf(userAgent);
  const steps = {
    chrome: chromiumSteps,
    edge: chromiumSteps,
    firefox: firefoxSteps,
    safari: safariSteps,
    other: () => [words.other],
  }[agent.browser](agent);
  return [...(asked ? [words.asked] : []), ...(secure ? [] : [words.insecure]), ...steps, words.last];
}
