/**
 * @file The difficulty profile of a task before training: pass@k of the base, the share of groups without a signal,
 * lengths, and the settings under which most groups have one.
 */
import { mean, passAtK } from '../../lib/statistics.ts';
import { knobs } from '../config/knobs.ts';
import { fixedExamples } from '../prompts/fixedExamples.ts';
import { lengthsOf } from '../words/lengths.ts';
import { noSignalOf, type ProfileSettings, type ProfileSurroundings, tallies, type Tally } from './profileSamples.ts';

/** Most problems, and completions of each: pass@64 needs 64. */
const MOST_PROBLEMS = 64;
const SAMPLES = 64;
/** Problems and completions for each other difficulty and temperature. */
const SCAN = { problems: 16, samples: 16 } as const;
/** Problems sampled in one piece of work, between two looks at `stop`. */
const PIECE = 4;
const temperatures = [0.7, 1, 1.3] as const;
/** Group sizes that may be recommended. */
const groupSizes = [2, 4, 8, 16].filter((size) => size <= knobs.numGenerations.max);

export interface ProfileControl {
  readonly onProgress?: (done: number, total: number) => void;
  /** True ends the profile after the current piece. */
  readonly stop?: () => boolean;
  /** Runs a piece of work between others, as a trainer does. */
  readonly turn?: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Shares over problems at one difficulty and temperature. */
export interface Signal {
  readonly difficulty: number;
  readonly temperature: number;
  /** Share of right completions. */
  readonly pass: number;
  /** Share of groups of `groupSize` whose completions all earn the same. */
  readonly noSignal: number;
}

export interface DifficultyProfile extends Signal {
  readonly task: string;
  readonly groupSize: number;
  readonly problems: number;
  /** Completions of each problem. */
  readonly samples: number;
  /** pass@1, @8 and @64 by the unbiased estimator of Chen et al. (arXiv 2107.03374). */
  readonly passAtK: Readonly<Record<1 | 8 | 64, number>>;
  /** Shares of problems whose completions are all wrong, and all right. */
  readonly neverRight: number;
  readonly alwaysRight: number;
  /** Mean tokens of a completion, and the share cut by the length limit of `completionLength` tokens. */
  readonly meanLength: number;
  readonly truncated: number;
  readonly completionLength: number;
  /** Share of groups without a signal by group size. */
  readonly noSignalBySize: Readonly<Record<number, number>>;
  /** Other difficulties and temperatures, on fewer problems. */
  readonly others: readonly Signal[];
}

interface Setup {
  readonly difficulty: number;
  readonly temperature: number;
  readonly problems: number;
  readonly samples: number;
}

/** The settings first, then other temperatures, then other difficulties that fit the learner's room. */
function setupsOf({ task, tokenizer, ...room }: ProfileSurroundings, settings: ProfileSettings): readonly Setup[] {
  const { difficulty, temperature } = settings;
  const { min, max } = task.difficulty;
  const levels = Array.from({ length: max - min + 1 }, (_, i) => min + i).filter((level) => {
    const { promptLength, completionLength } = lengthsOf(task, level, tokenizer);
    return promptLength <= room.promptLength && completionLength <= room.completionLength;
  });
  return [
    { difficulty, temperature, problems: MOST_PROBLEMS, samples: SAMPLES },
    ...temperatures
      .filter((other) => Math.abs(other - temperature) > 0.05)
      .map((other) => ({ difficulty, temperature: other, ...SCAN })),
    ...levels.filter((level) => level !== difficulty).map((level) => ({ difficulty: level, temperature, ...SCAN })),
  ];
}

const signalOf = (counted: readonly Tally[], { difficulty, temperature }: Setup, size: number): Signal => ({
  difficulty,
  temperature,
  pass: mean(counted.map(({ samples, right }) => right / samples)),
  noSignal: mean(counted.map((tally) => noSignalOf(tally, size))),
});

/** The figures of the main setup. */
function figuresOf(
  counted: readonly Tally[],
  setup: Setup,
  { task, tokenizer }: Pick<ProfileSurroundings, 'task' | 'tokenizer'>,
  size: number,
): Omit<DifficultyProfile, 'others'> {
  const all = counted.reduce((sum, { samples }) => sum + samples, 0);
  const passAt = (k: number) =>
    mean(counted.map(({ samples, right }) => passAtK(samples, right, Math.min(k, samples))));
  const share = (isSo: (tally: Tally) => boolean) => counted.filter(isSo).length / counted.length;
  return {
    ...signalOf(counted, setup, size),
    task: task.id,
    groupSize: size,
    problems: counted.length,
    samples: setup.samples,
    passAtK: { 1: passAt(1), 8: passAt(8), 64: passAt(64) },
    neverRight: share(({ right }) => right === 0),
    alwaysRight: share(({ right, samples }) => right === samples),
    meanLength: counted.reduce((sum, { tokens }) => sum + tokens, 0) / all,
    truncated: counted.reduce((sum, { cut }) => sum + cut, 0) / all,
    completionLength: lengthsOf(task, setup.difficulty, tokenizer).completionLength,
    noSignalBySize: Object.fromEntries(
      groupSizes.map((other) => [other, mean(counted.map((tally) => noSignalOf(tally, other)))]),
    ),
  };
}

/**
 * Samples the base on training problems of the task; null if it was stopped. CheckerError if the code of the task's
 * checker fails.
 */
export async function profileTask(
  surroundings: ProfileSurroundings,
  settings: ProfileSettings,
  { onProgress = () => {}, stop = () => false, turn = (work) => work() }: ProfileControl = {},
): Promise<DifficultyProfile | null> {
  const { task } = surroundings;
  const plans = setupsOf(surroundings, settings).map((setup) => ({
    setup,
    examples: fixedExamples(task, setup.difficulty, 'train', setup.problems),
  }));
  const total = plans.reduce((sum, { setup, examples }) => sum + examples.length * setup.samples, 0);
  let done = 0;
  const measured: { readonly setup: Setup; readonly counted: readonly Tally[] }[] = [];
  for (const { setup, examples } of plans) {
    const counted: Tally[] = [];
    for (let at = 0; at < examples.length; at += PIECE) {
      onProgress(done, total);
      if (stop()) return null;
      const piece = examples.slice(at, at + PIECE);
      counted.push(...(await turn(() => tallies(surroundings, settings, piece, setup.samples, setup.temperature, at))));
      done += piece.length * setup.samples;
    }
    measured.push({ setup, counted });
  }
  onProgress(done, total);
  const [main, ...others] = measured;
  if (!main) return null;
  const size = settings.groupSize;
  return {
    ...figuresOf(main.counted, main.setup, surroundings, size),
    others: others.map(({ setup, counted }) => signalOf(counted, setup, size)),
  };
}
