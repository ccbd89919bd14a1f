/**
 * @file Policy-gradient objectives as scalar loops, each written from its paper; imports nothing.
 * A loop takes one completion and gives the loss of each of its tokens; the aggregation to one number is a separate
 * loop.
 */

/** One completion, token by token. */
export interface Completion {
  readonly lp: readonly number[];
  readonly old: readonly number[];
  readonly ref: readonly number[];
  readonly advantage: readonly number[];
  readonly reward: number;
}

export type Settings = Readonly<Record<string, number>>;
export type TokenLosses = (completion: Completion, settings: Settings) => number[];

const within = (x: number, low: number, high: number): number => {
  if (x < low) return low;
  return x > high ? high : x;
};

/** beta k3 at one token. */
function penalty({ lp, ref }: Completion, t: number, settings: Settings): number {
  const away = ref[t]! - lp[t]!;
  return settings.beta! * (Math.exp(away) - 1 - away);
}

function totalLogRatio({ lp, old }: Completion): number {
  let total = 0;
  for (let t = 0; t < lp.length; t++) total += lp[t]! - old[t]!;
  return total;
}

/** -min(min(r, delta) A, clip(r) A), with r at least delta_low where A > 0. */
function clipped(
  ratio: number,
  advantage: number,
  { epsilon: low, epsilon_high: high, delta = Infinity, delta_low: floor = 0 }: Settings,
): number {
  const r = advantage > 0 && ratio < floor ? floor : ratio;
  const [plain, bounded] = [(r > delta ? delta : r) * advantage, within(r, 1 - low!, 1 + high!) * advantage];
  return -(plain < bounded ? plain : bounded);
}

const eachToken =
  (loss: (completion: Completion, t: number, settings: Settings) => number): TokenLosses =>
  (completion, settings) => {
    const losses: number[] = [];
    for (let t = 0; t < completion.lp.length; t++) losses.push(loss(completion, t, settings));
    return losses;
  };

const ratioAt = ({ lp, old }: Completion, t: number): number => Math.exp(lp[t]! - old[t]!);

const surrogate = eachToken((c, t, s) => clipped(ratioAt(c, t), c.advantage[t]!, s));
const ppo = eachToken((c, t, s) => surrogate(c, s)[t]! + penalty(c, t, s));

const gmpo = eachToken((c, t, s) => {
  let total = 0;
  for (let i = 0; i < c.lp.length; i++) {
    const log = c.lp[i]! - c.old[i]!;
    const bounded = within(log, -s.epsilon!, s.epsilon_high!);
    // sgn(A) min(sgn(A) log r, sgn(A) clip(log r)), algorithm 1 of the paper.
    const sign = c.advantage[i]! > 0 ? 1 : -1;
    total += sign * Math.min(sign * log, sign * bounded);
  }
  return -Math.exp(total / c.lp.length) * c.advantage[t]! + penalty(c, t, s);
});

const sapo = eachToken((c, t, s) => {
  const tau = c.advantage[t]! > 0 ? s.sapo_temperature_pos! : s.sapo_temperature_neg!;
  return -((4 / tau) * (1 / (1 + Math.exp(-tau * (ratioAt(c, t) - 1))))) * c.advantage[t]! + penalty(c, t, s);
});

const dualClip = eachToken((c, t, s) => {
  const [loss, most] = [surrogate(c, s)[t]!, -s.clip_ratio_c! * c.advantage[t]!];
  return (c.advantage[t]! < 0 && loss > most ? most : loss) + penalty(c, t, s);
});

const reinforcePlusPlusBaseline = eachToken(
  (c, t, s) => surrogate(c, s)[t]! + (s.beta! * (c.lp[t]! - c.ref[t]!) ** 2) / 2,
);

const sequenceRatio = (c: Completion): number => Math.exp(totalLogRatio(c) / c.lp.length);

const gspo = eachToken((c, t, s) => clipped(sequenceRatio(c), c.advantage[t]!, s) + penalty(c, t, s));

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** log pi / pi_ref of a whole completion. */
function totalOverBase({ lp, ref }: Completion): number {
  let total = 0;
  for (let t = 0; t < lp.length; t++) total += lp[t]! - ref[t]!;
  return total;
}

const kto = eachToken((c, t, s) => {
  const above = s.beta! * totalOverBase(c) - c.advantage[t]!;
  return c.reward > 0.5 ? s.desirable_weight! * (1 - sigmoid(above)) : s.undesirable_weight! * (1 - sigmoid(-above));
});

const pushed = eachToken((c, t) => -c.advantage[t]! * c.lp[t]!);

export const plainLoops: Readonly<Record<string, TokenLosses>> = {
  bnpo: ppo,
  drGrpo: ppo,
  dapo: ppo,
  intellect2: ppo,
  gspo,
  luspo: gspo,
  sapo,
  gmpo,
  ppo,
  dualClip,
  rloo: eachToken((c, t, s) => clipped(Math.exp(totalLogRatio(c)), c.advantage[t]!, s)),
  reinforce: pushed,
  gdc: pushed,
  raft: pushed,
  gpg: pushed,
  opo: pushed,
  wReinforce: ppo,
  kto,
  aStarPo: eachToken((c, t, s) => (s.beta2! * totalOverBase(c) - c.advantage[t]!) ** 2),
  opmd: eachToken((c, t, s) => (-c.advantage[t]! * c.lp[t]!) / (1 + s.tau!)),
  reinforcePlusPlus: surrogate,
  reinforcePlusPlusBaseline,
};

/**
 * Losses with a factor without derivative: it is evaluated at `frozen`, the same completion at the point of
 * differentiation.
 */
export const frozenLoops: Readonly<
  Record<string, (completion: Completion, settings: Settings, frozen: Completion) => number[]>
> = {
  cispo: (c, s, frozen) =>
    eachToken(
      (at, t) =>
        -within(ratioAt(frozen, t), s.epsilon_low!, s.epsilon_high!) * at.advantage[t]! * at.lp[t]! + penalty(at, t, s),
    )(c, s),
  gspoToken: (c, s, frozen) =>
    eachToken((at, t) => {
      const ratio = sequenceRatio(frozen) * Math.exp(at.lp[t]! - frozen.lp[t]!);
      return clipped(ratio, at.advantage[t]!, s) + penalty(at, t, s);
    })(c, s),
  vespo: (c, s, frozen) =>
    eachToken((at, t) => {
      const w = Math.exp(totalLogRatio(frozen));
      const [k, lambda] =
        at.advantage[t]! >= 0 ? [s.vespo_k_pos!, s.vespo_lambda_pos!] : [s.vespo_k_neg!, s.vespo_lambda_neg!];
      return -(w ** k * Math.exp(lambda * (1 - w))) * at.advantage[t]! * at.lp[t]! + penalty(at, t, s);
    })(c, s),
  deepSeekV32: (c, s, frozen) =>
    eachToken((at, t) => {
      const away = -totalLogRatio(frozen) / frozen.lp.length;
      const left = at.advantage[t]! < 0 && away > s.off_policy_mask_threshold!;
      const ratio = ratioAt(at, t);
      return (
        (left ? 0 : clipped(ratio, at.advantage[t]!, { ...s, epsilon_high: s.epsilon! })) + ratio * penalty(at, t, s)
      );
    })(c, s),
  topr: (c, s, frozen) =>
    eachToken((at, t) => {
      const r = s.sequence_level === 1 ? Math.exp(totalLogRatio(frozen)) : ratioAt(frozen, t);
      return -(at.reward > 0 ? 1 : within(r, 0, 1)) * at.reward * at.lp[t]!;
    })(c, s),
};

type Aggregate = (losses: readonly (readonly number[])[], longest: number) => number;

const sum = (values: readonly number[]): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};
const overTokens: Aggregate = (losses) => sum(losses.map(sum)) / sum(losses.map((row) => row.length));
const overSequences: Aggregate = (losses) => sum(losses.map((row) => sum(row) / row.length)) / losses.length;

/** The aggregation of each paper: one number from the losses of all completions. */
export const plainAggregates: Readonly<Record<string, Aggregate>> = {
  bnpo: overTokens,
  intellect2: overTokens,
  dapo: overTokens,
  cispo: overTokens,
  ppo: overTokens,
  dualClip: overTokens,
  reinforcePlusPlus: overTokens,
  reinforcePlusPlusBaseline: overTokens,
  topr: overTokens,
  opmd: overTokens,
  raft: overTokens,
  gspo: overSequences,
  sapo: overSequences,
  gmpo: overSequences,
  rloo: overSequences,
  drGrpo: (losses, longest) => sum(losses.map(sum)) / (losses.length * longest),
  reinforce: (losses) => sum(losses.map(sum)) / losses.length,
  gdc: (losses) => sum(losses.map(sum)) / losses.length,
  opo: (losses) => sum(losses.map(sum)) / losses.length,
  luspo: (losses) => sum(losses.map(sum)) / losses.length,
  gpg: overTokens,
  vespo: overTokens,
  wReinforce: overTokens,
  gspoToken: overSequences,
  deepSeekV32: overSequences,
  kto: overSequences,
  aStarPo: overSequences,
};
