/**
 * @file The 94 papers on reinforcement fine-tuning in the atlas: their claims, the parts that they need, and the
 * comparisons planned for them. Results are measured by the experiments.
 */
import papers from './atlas/papers.json' with { type: 'json' };
import { isBuilt } from './parts.ts';

/**
 * Parts that some papers need beyond sampling, rewards, gradients and evaluation, tasks included. `by`: names of the
 * parts in the program's lists; without one nothing of it is in the program.
 */
const parts = {
  KLREF: { title: 'KL to the frozen base', by: ['knob beta'] },
  GDC: { title: 'matching the optimum by importance weights', by: ['algorithm gdc'] },
  DEMO: { title: 'demonstrations mixed into training', by: ['algorithm sft', 'algorithm mix'] },
  QUALITY: { title: 'demonstrations marked by source and quality', by: ['algorithm cRlft'] },
  ROUTE: { title: 'demonstrations for the problems that the policy fails', by: ['setting demonstrate_to'] },
  STAGES: { title: 'stages of training, one after the other', by: ['config stages'] },
  MU: { title: 'a share of demonstrations that fades', by: ['setting mu_decay_steps'] },
  TOKENWEIGHT: { title: 'weights of single tokens', by: ['setting phi'] },
  SEGMENT: { title: 'rewards for single steps', by: ['estimator process'] },
  SPAN: { title: 'rewards for single spans', by: [] },
  TDLOSS: { title: 'a loss over all logits', by: [] },
  BETAT: { title: 'a KL coefficient that changes while training', by: ['kl_control linear', 'kl_control adaptive'] },
  ENTROPYT: { title: 'a target for the entropy', by: ['knob entropy_target'] },
  GRADPROBE: { title: 'norms and products of gradients', by: [] },
  RM: { title: 'learned reward models', by: [] },
  IMG: { title: 'pictures as input', by: [] },
  ENV: { title: 'environments over several turns', by: ['task of several turns'] },
  REPLAY: { title: 'a store of rollouts and training from it', by: ['rollouts offline', 'rollouts replay'] },
  VALUE: { title: 'a critic', by: ['estimator gae'] },
  ADPT: { title: 'several adapters on one base', by: [] },
  TTC: { title: 'search and voting when answering', by: [] },
  SCHED: { title: 'choosing prompts by their record', by: ['sampler pass_rate_window', 'sampler sec'] },
  PAIR: { title: 'training on pairs', by: ['algorithm dpo'] },
  JUDGE: { title: 'a judge that writes', by: [] },
  COND: { title: 'control tokens in the prompt', by: ['prior_prompt plan'] },
  BASES: { title: 'bases with known mixtures and sizes', by: ['base echo-even', 'base echo-even-small'] },
  UNDO: { title: 'bases that try and undo', by: ['base undo-0', 'base undo-1', 'base undo-10'] },
  COSINE: { title: 'a reward along a cosine of the length', by: ['term cosine-length'] },
  REPETITION: { title: 'a penalty for repetition', by: ['term repetition'] },
  FORK: { title: 'going on from any prefix', by: [] },
  FULL: { title: 'training of all weights', by: ['trained_weights all'] },
  DWSTAT: { title: 'statistics of the changed weights', by: [] },
  IA3: { title: 'a pool of learned scales', by: [] },
  DIFF: { title: 'a small diffusion policy', by: [] },
  HID: { title: 'hidden states read and steered', by: [] },
  HUMAN: { title: 'feedback by people', by: [] },
  CRITIC: { title: 'written critiques', by: [] },
  MAGENT: { title: 'several policies in one rollout', by: [] },
  RCODE: { title: 'rewards written as code', by: ['config ownTerms'] },
  SOFTEMB: { title: 'mixtures of token embeddings as input', by: [] },
  T1: { title: 'sums, chains and Countdown', by: ['task sums', 'task chain', 'task countdown'] },
  T2: {
    title: 'tasks on strings',
    by: ['task copy', 'task reverse', 'task sort', 'task caesar', 'task dedupe', 'task strings7'],
  },
  T3: { title: 'sequences that can all be listed', by: ['task exact-seq'] },
  T4: { title: 'the frozen lake', by: ['task gridlake'] },
  T5: { title: 'drawn scenes with boxes and clips', by: ['task sight'] },
  T6: { title: 'a small shop on the screen', by: ['task mini-shop'] },
  T7: { title: 'tools: calculator, dates, search', by: ['task tool-desk'] },
  T8: { title: 'a radio spectrum', by: ['task spectrum'] },
  T9: { title: 'melodies', by: ['task melody'] },
  T10: { title: 'formulas of logic', by: ['task fol'] },
  T11: { title: 'classes and rankings', by: ['task label-rank'] },
  T12: { title: 'texts with a hidden meaning', by: ['task toy-text'] },
  T13: { title: 'programs of a small machine', by: ['task mini-vm'] },
  T14: { title: 'points and pictures by diffusion', by: ['task diffusion'] },
} as const satisfies Record<string, { title: string; by: readonly string[] }>;

export type Capability = keyof typeof parts;

/** The parts by code, each with whether the program has it. */
export const capabilities = Object.fromEntries(
  Object.entries(parts).map(([code, { title, by }]) => [code, { title, built: isBuilt(by) }]),
) as Readonly<Record<Capability, { readonly title: string; readonly built: boolean }>>;

export interface AtlasPaper {
  /** 1 to 94. */
  readonly paper: number;
  readonly title: string;
  /** First author, with "et al.". */
  readonly authors: string;
  /** Of the first version. */
  readonly year: number;
  /** Absent where the number is not known for certain. */
  readonly arxiv?: string;
  /** 1 to 6: the order in which papers are reproduced. */
  readonly stage: number;
  readonly needs: readonly Capability[];
  /** The claim of the paper in one sentence; not the result here. */
  readonly claim: string;
  /** The comparison that a paper without an experiment waits for. */
  readonly planned?: { readonly arms: string; readonly rule: string };
}

export const atlasPapers = papers as readonly AtlasPaper[];

/** Positions of papers that contradict each other; each side has the papers that hold it. */
const disagreements: readonly (readonly (readonly [says: string, ...papers: number[]])[])[] = [
  [
    ['the KL penalty is not the reason that RL keeps old skills', 2],
    ['without the KL penalty RL forgets more than SFT', 8],
  ],
  [
    ['learned rewards for steps can hurt RL', 60],
    ['rewards for steps help', 11, 54, 55, 68],
  ],
  [
    ['SFT first, then RL', 12, 26, 36],
    ['RL first, then SFT', 65],
    ['SFT and RL mixed in one loss', 15, 24, 69],
    ['SFT for accuracy, RL only for length', 71],
  ],
  [
    ['RL with a shaped reward lengthens reasoning', 40],
    ['RL shortens reasoning', 71],
  ],
  [
    ['thinking hurts classification', 32, 78],
    ['thinking helps a judge', 53, 64, 93],
  ],
  [
    ['RL only amplifies the base', 19, 43],
    ['RL generalises better than SFT', 48],
  ],
  [
    ['entropy should be held at a target', 20],
    ['more entropy is not always better exploration', 75],
  ],
  [
    ['good samples alone are enough', 41, 94],
    ['bad samples matter too', 58],
  ],
  [
    ['PPO is not needed', 94],
    ['PPO is the method', 26, 36, 46, 55],
  ],
  [
    ['a policy can judge itself', 84],
    ['learned proxies get exploited', 46, 60, 76],
  ],
];

export interface Disagreement {
  readonly says: string;
  readonly papers: readonly number[];
}

/** The positions that contradict one of the paper's, with the papers that hold them. */
export const disagreeing = (paper: number): readonly Disagreement[] =>
  disagreements
    .filter((sides) => sides.some(([, ...own]) => own.includes(paper)))
    .flatMap((sides) => sides.filter(([, ...own]) => !own.includes(paper)))
    .map(([says, ...own]) => ({ says, papers: own }));
