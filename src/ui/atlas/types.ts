/** @file The data that the atlas draws; stored results and papers have this shape and more. */

type Verdict = 'shown' | 'not reproduced' | 'precondition not met';
export type StatusView = Verdict | `partial: ${Verdict}` | 'open';

/** An estimate over the seeds of one base. */
export interface EstimateView {
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
}

/** The mean over several bases has no interval; each base has one. */
export interface EffectView extends EstimateView {
  readonly bases?: Readonly<Record<string, EstimateView>> | undefined;
}

export interface MetricView {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
}

export interface ArmView {
  readonly arm: string;
  readonly title: string;
  readonly note?: string | undefined;
  readonly runs: number;
  readonly metrics: Readonly<Record<string, EffectView>>;
}

/** Two arms, by id, compared over pairs of runs with the same base and seed. */
export interface ComparisonView extends EffectView {
  readonly of: string;
  readonly against: string;
  readonly metric: string;
  readonly pairs: number;
}

export interface CheckView {
  readonly rule: string;
  /** The verdict reads the paper’s rules alone. */
  readonly of: 'paper' | 'ours';
  readonly holds: boolean;
  readonly bases?: Readonly<Record<string, boolean>> | undefined;
}

/** Runs on seeds of their own, before the reported ones. */
export interface PilotView {
  readonly seeds: readonly number[];
  /** Chosen learning rates by arm, and those tried. */
  readonly sweep?:
    | {
        readonly seed: number;
        readonly arms: Readonly<
          Record<string, { readonly chosen: number; readonly tried: readonly (readonly [number, number | null])[] }>
        >;
      }
    | undefined;
}

/** Paired differences of two arms, and the seeds that would tell them apart. */
export interface PowerView {
  readonly of: string;
  readonly against: string;
  readonly metric: string;
  readonly mean: number;
  readonly deviation: number;
  readonly needed: number | null;
  readonly from: 'pilot' | 'reported runs';
}

/** Two numbers against each other; `frontier` is the most y for an x. */
export interface ParetoView {
  readonly kind: 'pareto';
  readonly x: string;
  readonly y: string;
  readonly scale?: 'log' | undefined;
  readonly says?: readonly string[] | undefined;
  readonly frontier?: readonly (readonly [number, number])[] | undefined;
}

/** Numbers by stage and task. */
export interface MatrixView {
  readonly kind: 'matrix';
  readonly columns: readonly string[];
  readonly rows: readonly { readonly title: string; readonly metrics: readonly string[] }[];
  readonly says?: readonly string[] | undefined;
}

/** The resource that every arm got in equal amounts. */
export interface BudgetView {
  readonly tokens?: number | undefined;
  readonly seconds?: number | undefined;
  readonly accuracy?: number | undefined;
}

export interface ResultView {
  readonly claim: string;
  readonly method: string;
  readonly command: string;
  readonly version: string;
  readonly date: string;
  readonly seeds: readonly number[];
  readonly policies: readonly string[];
  readonly verdict: Verdict;
  /** By base, where there are several bases. */
  readonly verdicts?: Readonly<Record<string, Verdict>> | undefined;
  /** Present where means, intervals and rules were recomputed later from the same runs. */
  readonly judged?: { readonly version: string; readonly date: string } | undefined;
  readonly checks: readonly CheckView[];
  /** Measured before the reported runs. */
  readonly preconditions?: readonly CheckView[] | undefined;
  /** The claim’s own number, drawn first. */
  readonly measure?: { readonly metric: string } | undefined;
  /** A winner that is not the method, or another finding. */
  readonly finding?: string | undefined;
  readonly pilot?: PilotView | undefined;
  readonly power?: PowerView | undefined;
  readonly figure?: ParetoView | MatrixView | undefined;
  readonly metrics: readonly MetricView[];
  readonly arms: readonly ArmView[];
  readonly comparisons?: readonly ComparisonView[] | undefined;
  /** Absent where arms had the same number of updates. */
  readonly budget?: BudgetView | undefined;
}

/** A line of the atlas: a paper, or a result without a paper. */
export interface EntryView {
  readonly id: string;
  /** Number of the paper; null for a result without a paper. */
  readonly paper: number | null;
  readonly title: string;
  readonly claim: string;
  /** Authors and year; null for a result without a paper. */
  readonly source: string | null;
  /** arXiv id; null where none is known. */
  readonly arxiv: string | null;
  /** The paper’s own algorithm, which runs in the page; null for none. */
  readonly algorithm: {
    readonly id: string;
    readonly title: string;
    readonly summary: string;
    readonly formula: string;
  } | null;
  readonly status: StatusView;
  /** Titles of the parts that the paper needs and the page lacks. */
  readonly missing: readonly string[];
  /** Titles of the needed parts that the page has. */
  readonly built: readonly string[];
  /** The comparison that a paper without a stored result waits for. */
  readonly planned: { readonly arms: string; readonly rule: string } | null;
  /** Positions of other papers that contradict one of this paper’s. */
  readonly disagreeing: readonly { readonly says: string; readonly papers: readonly number[] }[];
  /** The finding of the stored result; null for none. */
  readonly finding: string | null;
  readonly date: string | null;
  readonly seeds: readonly number[];
}
