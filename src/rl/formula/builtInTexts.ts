/** @file The built-in objectives as text, to start from; the same loss and gradient as in `papers/`, term by term. */

const clippedSides = `r = where(A > 0, max(ratio, delta_low), ratio)
ceiling = clip(r, 0, delta) * A
clipped = clip(r, 1 - epsilon, 1 + epsilon_high) * A`;

const clipped = `# The ratio to the sampling policy is clipped; delta caps it where the advantage is negative,
# delta_low bounds it from below where it is positive.
${clippedSides}
-min(ceiling, clipped) + beta * k3`;

const grpo = `# The ratio to the sampling policy is clipped, and the divergence from the base is penalised.
clipped = clip(ratio, 1 - epsilon, 1 + epsilon)
-min(ratio * A, clipped * A) + beta * k3`;

const reinforce = `# Completions become likelier in proportion to their advantage.
-A * logp`;

/** GRPO's loss on the policy's own tokens and `imitation` on the expert's. */
const mixed = (imitation: string): string => `clipped = -min(ratio * A, clip(ratio, 1 - epsilon, 1 + epsilon) * A)
own = where(A < 0, min(clipped, -A * clip_ratio_c), clipped) + beta * k3
imitation = ${imitation}
loss = where(expert > 0.5, mu * imitation, (1 - mu) * own)`;

/** d: how much likelier the preferred completion has become than the other, measured from the base. */
const margin = `gain = sum(logp - refLogp)
d = chosen(gain) - rejected(gain)`;

const texts: Readonly<Record<string, string>> = {
  grpo,
  gdpo: grpo,
  passAtK: grpo,
  bnpo: clipped,
  drGrpo: clipped,
  dapo: clipped,
  intellect2: clipped,
  ppo: clipped,
  reinforcePlusPlus: `# The ratio to the sampling policy is clipped; the leash to the base is in the reward.
${clippedSides}
-min(ceiling, clipped)`,
  gspo: `# One ratio for a whole completion: the geometric mean of its tokens'.
s = exp(mean(logRatio))
-min(s * A, clip(s, 1 - epsilon, 1 + epsilon_high) * A) + beta * k3`,
  cispo: `# The bounded ratio only weighs log pi, so every token keeps its gradient.
weight = sg(clip(ratio, epsilon_low, epsilon_high))
-weight * A * logp + beta * k3`,
  sapo: `# A sigmoid gate in place of the clip.
tau = where(A > 0, sapo_temperature_pos, sapo_temperature_neg)
gate = 4 / tau * sigmoid(tau * (ratio - 1))
-gate * A + beta * k3`,
  gmpo: `# The geometric mean of the ratios, each clipped on its own.
clipped = clip(logRatio, -epsilon, epsilon_high)
cautious = where(A > 0, min(logRatio, clipped), max(logRatio, clipped))
-exp(mean(cautious)) * A + beta * k3`,
  dualClip: `# PPO, but a bad token loses at most c times its advantage.
${clippedSides}
loss = -min(ceiling, clipped)
where(A < 0, min(loss, -A * clip_ratio_c), loss) + beta * k3`,
  reinforce,
  maxRl: clipped,
  remax: reinforce,
  rloo: `# The whole completion is one action.
r = exp(sum(logRatio))
-min(r * A, clip(r, 1 - epsilon, 1 + epsilon_high) * A)`,
  reinforcePlusPlusBaseline: `# PPO's clip, with k2 as the penalty.
${clippedSides}
-min(ceiling, clipped) + beta * k2`,
  gdc: `# A is how much likelier the optimum under the leash is than the policy, less 1.
-A * logp`,
  raft: `# The best completion of each group has A = 1, the others 0; only the best are averaged over.
-A * logp`,
  superHf: `# RAFT with a leash to the base.
-A * logp + beta * k3k2`,
  topr: `# Good completions in full, bad ones as far as the policy would still write them.
r = where(sequence_level > 0.5, exp(sum(logRatio)), ratio)
weight = sg(where(R > 0, 1, clip(r, 0, 1)))
-weight * R * logp`,
  opmd: `# Each token is pushed by its advantage, damped by tau.
-A * logp / (1 + tau)`,
  sft: `# Every token becomes likelier.
-logp`,
  dft: `# Each token counts by how likely it already is.
-sg(p) * logp`,
  chord: `# GRPO on the policy's own completions, imitation of the expert's.
weight = sg(1 - phi + phi * p * (1 - p))
${mixed('-weight * logp')}
loss`,
  mix: `# GRPO on the policy's own completions, imitation of the expert's, each by its rows.
${mixed('-logp')}
loss / where(expert > 0.5, train_batch_size_expert, train_batch_size_usual)`,
  dpo: `# The preferred completion is made likelier than the other, measured from the base.
${margin}
-(1 - label_smoothing) * logsigmoid(beta * d) - label_smoothing * logsigmoid(-beta * d)`,
  ipo: `# The same per token, drawn to a fixed distance instead of as far as it goes.
gain = mean(logp - refLogp)
square(chosen(gain) - rejected(gain) - 0.5 / beta)`,
  hinge: `# No more is asked once the distance is large enough.
${margin}
max(1 - beta * d, 0)`,
  simpo: `# The mean log-probability itself, without a base.
d = chosen(mean(logp)) - rejected(mean(logp))
-logsigmoid(beta * d - simpo_gamma)`,
};

/** By algorithm id. Algorithms that are not here cannot be written with what a formula has, or would be no clearer. */
export const builtInTexts: ReadonlyMap<string, string> = new Map(Object.entries(texts));
