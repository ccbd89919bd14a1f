/** @file A difficulty profile as advice: whether RL finds something to reinforce, and the settings that help it. */
import type { DifficultyProfile, Signal } from './profile.ts';

/** `something`: at least `LITTLE` of the groups have a signal; `little`: fewer; the others say why there is none. */
export type Outlook = 'something' | 'little' | 'never' | 'always';

export interface Advice {
  readonly outlook: Outlook;
  /** For people. */
  readonly sentence: string;
  /** Settings under which most groups have a signal; equal to those of the profile where none is clearly better. */
  readonly difficulty: number;
  readonly groupSize: number;
  readonly temperature: number;
  /** Why each of the settings that differ was chosen. */
  readonly reasons: readonly string[];
}

/** Share of groups with a signal below which a run would learn little. */
const LITTLE = 0.1;
/** Part of the largest group's share that a smaller one should reach; larger groups cost more and add little. */
const ENOUGH = 0.9;
/** A setting must raise the share by this much to be recommended: the scans use 16 problems. */
const CLEARLY = 0.1;

const percent = (share: number): string =>
  `${share > 0 && share < 0.01 ? (100 * share).toFixed(1) : Math.round(100 * share)}\u00a0%`;

function outlookOf({ passAtK, noSignal }: DifficultyProfile): Outlook {
  if (passAtK[64] === 0) return 'never';
  if (passAtK[1] > 0.98) return 'always';
  return 1 - noSignal < LITTLE ? 'little' : 'something';
}

const sentences: Readonly<Record<Outlook, (profile: DifficultyProfile) => string>> = {
  something: ({ noSignal, groupSize }) =>
    `RL will find something to reinforce here: in ${percent(1 - noSignal)} of the groups of ${groupSize}, completions of one problem earn different rewards.`,
  little: ({ noSignal, groupSize, passAtK }) =>
    `RL will find little to reinforce here: only in ${percent(1 - noSignal)} of the groups of ${groupSize} do completions earn different rewards, since most problems are ${passAtK[1] < 0.5 ? 'never' : 'always'} solved.`,
  never: ({ problems, samples, noSignal }) =>
    `RL will not find anything to reinforce here, because nothing is ever right: none of ${(problems * samples).toLocaleString('en')} completions.${noSignal < 1 - LITTLE ? ' Rewards differ by other terms alone, and those are all that it would learn.' : ''}`,
  always: ({ passAtK }) =>
    `RL will not find anything to reinforce here, because everything already is right: ${percent(passAtK[1])} of the completions.`,
};

/** The smallest group size at which nearly as many groups have a signal as at the largest; a larger one must pay. */
function groupSizeOf({ noSignalBySize, noSignal, groupSize }: DifficultyProfile): number {
  const sizes = Object.entries(noSignalBySize).map(([size, share]) => ({ size: Number(size), signal: 1 - share }));
  const most = Math.max(...sizes.map(({ signal }) => signal));
  const best = sizes.find(({ signal }) => signal >= ENOUGH * most);
  const isWorthIt = best !== undefined && (best.size < groupSize || best.signal >= 1 - noSignal + CLEARLY);
  return isWorthIt ? best.size : groupSize;
}

/** The clearly better one of other setups that differ from the profile in `field` alone; null if there is none. */
function better(profile: DifficultyProfile, field: 'difficulty' | 'temperature'): Signal | null {
  const other = field === 'difficulty' ? 'temperature' : 'difficulty';
  const [best] = profile.others
    .filter((signal) => signal[other] === profile[other] && signal.pass > 0)
    .toSorted((a, b) => a.noSignal - b.noSignal || b.difficulty - a.difficulty);
  return best && best.noSignal <= profile.noSignal - CLEARLY ? best : null;
}

/** Advice for a run with the settings of the profile. */
export function adviceOf(profile: DifficultyProfile): Advice {
  const outlook = outlookOf(profile);
  const [level, heat] = [better(profile, 'difficulty'), better(profile, 'temperature')];
  const because = ({ noSignal }: Signal) => `${percent(1 - noSignal)} of the groups then have a signal`;
  const groupSize = outlook === 'never' || outlook === 'always' ? profile.groupSize : groupSizeOf(profile);
  return {
    outlook,
    sentence: sentences[outlook](profile),
    difficulty: level?.difficulty ?? profile.difficulty,
    groupSize,
    temperature: heat?.temperature ?? profile.temperature,
    reasons: [
      ...(level ? [`difficulty ${level.difficulty}: ${because(level)}`] : []),
      ...(groupSize === profile.groupSize
        ? []
        : [
            `group size ${groupSize}: ${percent(1 - (profile.noSignalBySize[groupSize] ?? 1))} of the groups have a signal`,
          ]),
      ...(heat ? [`temperature ${heat.temperature}: ${because(heat)}`] : []),
    ],
  };
}

/** The figures of a profile as lines of name and value, for a table. */
export function profileLines(profile: DifficultyProfile): readonly (readonly [string, string])[] {
  const { passAtK, groupSize, noSignal, neverRight, alwaysRight, meanLength, completionLength, truncated } = profile;
  return [
    ...([1, 8, 64] as const).map((k) => [`pass@${k}`, percent(passAtK[k])] as const),
    [`groups of ${groupSize} without a signal`, percent(noSignal)],
    ['problems never solved', percent(neverRight)],
    ['problems always solved', percent(alwaysRight)],
    ['mean length', `${meanLength.toFixed(1)} of ${completionLength} tokens`],
    ['cut by the length limit', percent(truncated)],
  ];
}
