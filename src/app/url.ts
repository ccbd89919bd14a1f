/** @file A link is a run: the hash holds the preset and the differences from it; unusable words become notices. */
import { plainNumber, readPlain, readPlainWithin } from '../lib/numberText.ts';
import { trainConfigSchema, type TrainConfig } from '../rl/config/config.ts';
import { knobNames, knobs, type KnobName } from '../rl/config/knobs.ts';
import { presetConfig, presets } from '../rl/config/presets.ts';
import { choices } from '../rl/config/choices.ts';
import { earlierAggregation } from '../rl/config/earlier.ts';
import { stagesOf } from '../rl/algorithm/stages.ts';
import { writeStageWords } from '../rl/algorithm/stageWords.ts';
import { policyFor } from '../rl/pretraining/policies.ts';
import type { OpenOptions } from '../rl/run/trainer.ts';
import { readShaping, writeShaping } from '../rl/rewards/shapingWords.ts';
import { termsOf } from '../rl/rewards/sharedTerms.ts';
import { readMove, writeMove } from '../rl/words/schedule.ts';
import { missingFile, namedFiles } from '../tasks/fileId.ts';
import type { Task } from '../tasks/task.ts';
import { text } from '../ui/text.ts';
import { algorithmBase, isAlgorithmKey, readAlgorithmOf, readParts, writeAlgorithm } from './algorithmLink.ts';
import { EMBED, HIDE, PRESENT, readLayout } from './layoutLink.ts';
import { linkTextOf, TASK_FILE } from './ownLink.ts';
import { placeKeys, readPlace } from './place.ts';
import { isOwnTermKey, type OfferedTerm, readOffered, writeOwnTerm } from './rewardLink.ts';
import { algorithmProblem } from './stores/algorithmSettings.ts';
import { COMPARE, readPlanLink } from './stores/comparisonPlan.ts';
import { withOwnTerm } from './stores/rewardSettings.ts';
import { stagedBy, stagesProblem } from './stores/stageSettings.ts';
import type { ObjectiveDraft } from './stores/settingsState.ts';
import { knobFor, withTask } from './stores/taskSettings.ts';

export interface LinkSettings {
  readonly preset: string;
  readonly config: TrainConfig;
  readonly options: OpenOptions;
  /** A custom objective in the link; not part of the configuration until the user accepts it. */
  readonly draft: ObjectiveDraft | null;
  readonly notices: readonly string[];
  /** Reward terms in JavaScript; not part of the configuration until the user accepts them. */
  readonly offered: Readonly<Record<string, OfferedTerm>>;
  /** Id of a data-file task that is not open. */
  readonly awaited: string | null;
}

type Plain = Exclude<
  keyof TrainConfig,
  KnobName | 'rewardWeights' | 'rewardShaping' | 'ownTerms' | 'task' | 'schedules' | 'stages'
>;

/** A whole number of a link, or why it is invalid. The sentence is a string, which no numeric field accepts. */
const plainWhole = (word: string) => readPlain(word, { integer: true });

/** Settings that are not knobs, by their name in links, with the parser of their words. */
const plainKeys: Readonly<Record<string, { readonly name: Plain; readonly read: (word: string) => unknown }>> = {
  policy: { name: 'policy', read: (word) => word },
  rollout_file: { name: 'rolloutFile', read: (word) => word },
  shuffle_rewards: { name: 'shuffleRewards', read: (word) => (word === '1' ? true : word === '0' ? false : word) },
  shard_size: { name: 'shardSize', read: plainWhole },
  eval_every: { name: 'evalEvery', read: plainWhole },
  eval_problems: { name: 'evalProblems', read: plainWhole },
};

const knobOfId = new Map<string, KnobName>(knobNames.map((name) => [knobs[name].id, name]));
const REWARD = 'reward.';
const OBJECTIVE = 'objective';
/** Prefix of the numbers that a custom objective declares. */
const NUMBER = 'objective.';
const SHAPE = 'shape.';
const SCHEDULE = 'schedule.';
/** The version of links; a link without it was made before the aggregation was a setting. */
const VERSION = 'v';
const CURRENT = '2';
/** The first word of links that the page writes. */
export const currentLink = `${VERSION}=${CURRENT}`;

/** Words for the page, not for the run. */
const pageKeys = new Set([VERSION, 'backend', 'workers', HIDE, EMBED, PRESENT, COMPARE, ...placeKeys]);
const STAGES = 'stages';
/** Words for the run that are read separately. */
const runKeys = new Set(['preset', 'task', TASK_FILE, OBJECTIVE, STAGES]);

interface Draft {
  config: TrainConfig;
  readonly notices: string[];
  readonly offered: Record<string, OfferedTerm>;
}

function readKnob(draft: Draft, name: KnobName, word: string, tasks: readonly Task[]): void {
  const value = readPlainWithin(
    word,
    knobFor(
      name,
      tasks.find((task) => task.id === draft.config.task),
    ),
  );
  if (typeof value === 'number') draft.config = { ...draft.config, [name]: value };
  else
    draft.notices.push(
      text.url.badValue(`${knobs[name].id}=${word}: ${value.replace(/\.$/, '')}`, String(draft.config[name])),
    );
}

/** Sets one field if the configuration stays valid with it. */
function readField(draft: Draft, key: string, name: keyof TrainConfig, value: unknown, kept: string): void {
  const parsed = trainConfigSchema.safeParse({ ...draft.config, [name]: value });
  if (parsed.success) draft.config = parsed.data;
  else
    draft.notices.push(
      text.url.badValue(`${key}: ${(parsed.error.issues[0]?.message ?? '').replace(`${key}: `, '')}`, kept),
    );
}

function readTask(draft: Draft, id: string, tasks: readonly Task[]): void {
  const task = tasks.find((candidate) => candidate.id === id);
  if (task && id !== draft.config.task) draft.config = withTask(draft.config, task);
  else if (task) draft.config = { ...draft.config, difficulty: task.difficulty.default };
  else draft.notices.push(text.url.unknownTask(id, tasks.map((t) => t.id).join(', '), missingFile(id)));
}

/** The id if the task or the link has that term; otherwise null, with a notice. */
function knownTerm({ config, notices, offered }: Draft, id: string, tasks: readonly Task[]): string | null {
  const task = tasks.find((candidate) => candidate.id === config.task);
  const ids = [...(task ? termsOf(task).map((term) => term.id) : []), ...Object.keys(offered)];
  if (ids.includes(id)) return id;
  notices.push(text.url.unknownTerm(id, ids.join(', ')));
  return null;
}

/** The word for a term whose weight a preset sets and the page has set back. */
const USUAL = 'default';

function readWeight(draft: Draft, key: string, word: string, tasks: readonly Task[]): void {
  const id = knownTerm(draft, key.slice(REWARD.length), tasks);
  if (id === null) return;
  const weight = plainNumber(word);
  const { [id]: _ofPreset, ...others } = draft.config.rewardWeights;
  if (word === USUAL) {
    draft.config = { ...draft.config, rewardWeights: others };
    return;
  }
  const offer = draft.offered[id];
  if (offer && weight >= -10 && weight <= 10) draft.offered[id] = { ...offer, weight };
  else readField(draft, key, 'rewardWeights', { ...draft.config.rewardWeights, [id]: weight }, 'Its default');
}

function readTermShaping(draft: Draft, key: string, words: string, tasks: readonly Task[]): void {
  const id = knownTerm(draft, key.slice(SHAPE.length), tasks);
  if (id === null) return;
  const shaping = readShaping(words);
  const offer = draft.offered[id];
  if (typeof shaping === 'string') draft.notices.push(text.url.badValue(`${key}: ${shaping}`, 'The plain term'));
  else if (offer) draft.offered[id] = { ...offer, shaping };
  else draft.config = { ...draft.config, rewardShaping: { ...draft.config.rewardShaping, [id]: shaping } };
}

function readEntry(draft: Draft, key: string, word: string, tasks: readonly Task[]): void {
  const knob = knobOfId.get(key);
  const plain = Object.hasOwn(plainKeys, key) ? plainKeys[key] : undefined;
  if (knob) readKnob(draft, knob, word, tasks);
  else if (plain) readField(draft, key, plain.name, plain.read(word), String(draft.config[plain.name]));
  else if (key.startsWith(SCHEDULE))
    readField(
      draft,
      key,
      'schedules',
      { ...draft.config.schedules, [key.slice(SCHEDULE.length)]: readMove(word) },
      text.url.noSchedule,
    );
  else if (key.startsWith(REWARD)) readWeight(draft, key, word, tasks);
  else if (key.startsWith(SHAPE)) readTermShaping(draft, key, word, tasks);
  else if (!isOwnTermKey(key)) draft.notices.push(text.url.unknownKey(key));
}

function readOptions(words: URLSearchParams, notices: string[]): OpenOptions {
  const backend = words.get('backend') ?? 'auto';
  const workers = words.get('workers') ?? 'auto';
  const isBackend = backend === 'auto' || backend === 'wasm' || backend === 'webgpu';
  const count = readPlainWithin(workers, { min: 1, max: 64, integer: true });
  const isCount = typeof count === 'number';
  if (!isBackend) notices.push(text.url.badValue(`backend=${backend}: auto, wasm or webgpu`, 'auto'));
  if (workers !== 'auto' && !isCount)
    notices.push(text.url.badValue(`workers=${workers}: a whole number from 1 to 64`, 'auto'));
  return { backend: isBackend ? backend : 'auto', workers: isCount ? count : 'auto' };
}

/** Limits of a number of an objective in a link; the objective sets tighter bounds. */
const objectiveNumber = { min: -1e6, max: 1e6, integer: false };

/** The custom objective of a link with its numbers; null if absent or too long. */
function readObjective(words: URLSearchParams, notices: string[]): ObjectiveDraft | null {
  const parsed = trainConfigSchema.shape.objectiveText.safeParse(words.get(OBJECTIVE) ?? '');
  if (!parsed.success)
    notices.push(text.url.badValue(`${OBJECTIVE}: ${parsed.error.issues[0]?.message ?? ''}`, text.url.ownObjective));
  if (!parsed.success || parsed.data.trim() === '') return null;
  const numbers = [...words]
    .filter(([key]) => key.startsWith(NUMBER))
    .flatMap(([key, word]) => {
      const value = readPlainWithin(word, objectiveNumber);
      if (typeof value === 'number') return [[key.slice(NUMBER.length), value] as const];
      notices.push(text.url.badValue(`${key}=${word}: ${value.replace(/\.$/, '')}`, 'Its default'));
      return [];
    });
  return { text: parsed.data, numbers: Object.fromEntries(numbers), fromLink: true };
}

/** All words of an address: `?a=1` and `#a=1` alike, the hash last. */
export function linkWords(search: string, hash: string): URLSearchParams {
  const words = new URLSearchParams(search);
  for (const [key, word] of new URLSearchParams(hash.replace(/^#/, ''))) words.set(key, word);
  return words;
}

/** Whether the link names a run and comes from a version whose GRPO averaged over tokens. */
const isEarlier = (words: URLSearchParams): boolean =>
  !words.has(VERSION) && [...words.keys()].some((key) => !pageKeys.has(key));

/** Drops schedules that do not fit the algorithm, each with a notice. */
function keepFittingSchedules(draft: Draft): void {
  for (const [id, move] of Object.entries(draft.config.schedules)) {
    const { [id]: _, ...others } = draft.config.schedules;
    const without = { ...draft.config, schedules: {} };
    const problem = algorithmProblem({ ...without, schedules: { [id]: move } });
    if (problem === null || algorithmProblem(without) !== null) continue;
    draft.config = { ...draft.config, schedules: others };
    draft.notices.push(text.url.badValue(problem, text.url.noSchedule));
  }
}

/** Read last, since a stage is judged under the settings of the run. */
function readStagesOf(draft: Draft, words: URLSearchParams): void {
  const given = words.get(STAGES);
  if (given === null) return;
  const read = stagedBy(draft.config, given);
  // A limit in the link shortens or lengthens the last stage.
  const limit = words.has(knobs.maxSteps.id) ? { maxSteps: draft.config.maxSteps } : {};
  const staged = typeof read === 'string' ? read : { ...read, ...limit };
  const problem = typeof staged === 'string' ? staged : stagesProblem(staged);
  if (typeof staged === 'string' || problem !== null)
    draft.notices.push(text.url.badValue(`${STAGES}: ${problem ?? ''}`, 'No stages'));
  else draft.config = staged;
}

/** Why the comparison in the link cannot be read. */
function planProblem(words: URLSearchParams): readonly string[] {
  const plan = readPlanLink(words.get(COMPARE) ?? '');
  return words.has(COMPARE) && typeof plan === 'string'
    ? [text.url.badValue(`${COMPARE}: ${plan}`, 'No comparison')]
    : [];
}

/** A link keeps the loss that it was made with. */
function keepAggregation(draft: Draft, words: URLSearchParams): void {
  const earlier = earlierAggregation(draft.config.algorithm);
  if (!isEarlier(words) || words.has(choices.aggregation.id) || earlier === draft.config.aggregation) return;
  draft.config = { ...draft.config, aggregation: earlier };
  draft.notices.push(text.url.earlierLink);
}

/** Reads an address. Never throws: unusable words become notices. */
export function readLink(search: string, hash: string, tasks: readonly Task[]): LinkSettings {
  const words = linkWords(search, hash);
  const notices: string[] = [...readLayout(words).notices, ...readPlace(words).problems, ...planProblem(words)];
  const asked = words.get('preset') ?? 'default';
  const known = presets.some(({ id }) => id === asked);
  if (!known) notices.push(text.url.unknownPreset(asked, presets.map(({ id }) => id).join(', ')));
  const preset = known ? asked : (presets[0]?.id ?? 'default');
  const { offered, problems } = readOffered(words);
  notices.push(...problems.map((problem) => text.url.badValue(problem, 'No such term')));
  const draft: Draft = { config: presetConfig(preset), notices, offered: { ...offered } };
  const task = words.get('task');
  if (task !== null) readTask(draft, task, tasks);
  readAlgorithmOf(draft, words);
  keepAggregation(draft, words);
  const version = words.get(VERSION);
  if (version !== null && version !== CURRENT)
    notices.push(text.url.badValue(`${VERSION}=${version}: ${CURRENT}`, text.url.thisFormat));
  for (const [key, word] of words)
    if (!pageKeys.has(key) && !runKeys.has(key) && !key.startsWith(NUMBER) && !isAlgorithmKey(key))
      readEntry(draft, key, word, tasks);
  readParts(draft, words);
  keepFittingSchedules(draft);
  readStagesOf(draft, words);
  return {
    preset,
    config: draft.config,
    options: readOptions(words, notices),
    draft: readObjective(words, notices),
    notices,
    offered: draft.offered,
    awaited: task !== null && task !== draft.config.task && namedFiles(task) ? task : null,
  };
}

/**
 * The configuration with the objective and the terms of the link accepted: a run trained here before a reload has them.
 */
export function withBrought({
  config,
  offered,
  draft,
}: Pick<LinkSettings, 'config' | 'offered' | 'draft'>): TrainConfig {
  const whole = Object.entries(offered).reduce(
    (sum, [id, { own, ...given }]) => withOwnTerm(sum, id, own, null, given),
    config,
  );
  return draft?.fromLink ? { ...whole, objectiveText: draft.text, settings: { ...draft.numbers } } : whole;
}

/**
 * The hash of these settings, empty for the unchanged default preset. A draft objective and undecided reward terms of a
 * link stay in it.
 */
export function writeHash(
  preset: string,
  config: TrainConfig,
  draft: ObjectiveDraft | null = null,
  offered: LinkSettings['offered'] = {},
): string {
  const ofPreset = presetConfig(preset);
  // A new task also sets a policy that was pretrained on it, as in `withTask`.
  const isOther = config.task !== ofPreset.task;
  const moved = isOther
    ? { ...ofPreset, rewardWeights: {}, rewardShaping: {}, policy: policyFor(config.task, ofPreset.policy) }
    : ofPreset;
  const base = algorithmBase(moved, config);
  const words = new URLSearchParams();
  if (preset !== presets[0]?.id) words.set('preset', preset);
  if (isOther) words.set('task', config.task);
  const taskFile = linkTextOf(config.task);
  if (taskFile !== null) words.set(TASK_FILE, taskFile);
  writeAlgorithm(words, ofPreset, base, config);
  // A task sets its default difficulty, which may not be the preset’s.
  for (const name of knobNames)
    if (
      // Stages have lengths of their own, which add up to that of the run.
      !(config.stages && name === 'maxSteps') &&
      (config[name] !== base[name] || (isOther && name === 'difficulty'))
    )
      words.set(knobs[name].id, String(config[name]));
  for (const [key, { name }] of Object.entries(plainKeys)) {
    if (config[name] !== base[name])
      words.set(key, typeof config[name] === 'boolean' ? String(Number(config[name])) : String(config[name]));
  }
  for (const [term, weight] of Object.entries(config.rewardWeights)) {
    if (base.rewardWeights[term] !== weight) words.set(`${REWARD}${term}`, String(weight));
  }
  for (const term of Object.keys(base.rewardWeights))
    if (!(term in config.rewardWeights)) words.set(`${REWARD}${term}`, USUAL);
  const { text: objective, numbers } = draft?.fromLink
    ? draft
    : { text: config.objectiveText, numbers: config.settings };
  if (objective !== '') words.set(OBJECTIVE, objective);
  if (objective !== '') for (const [id, value] of Object.entries(numbers)) words.set(`${NUMBER}${id}`, String(value));
  for (const [term, shaping] of Object.entries(config.rewardShaping))
    words.set(`${SHAPE}${term}`, writeShaping(shaping));
  for (const [id, move] of Object.entries(config.schedules)) words.set(`${SCHEDULE}${id}`, writeMove(move));
  for (const [term, own] of Object.entries(config.ownTerms)) writeOwnTerm(words, term, own);
  for (const [term, { own, weight, shaping }] of Object.entries(offered)) {
    writeOwnTerm(words, term, own);
    if (weight !== undefined) words.set(`${REWARD}${term}`, String(weight));
    if (shaping) words.set(`${SHAPE}${term}`, writeShaping(shaping));
  }
  if (config.stages) words.set(STAGES, writeStageWords(stagesOf(config)));
  const hash = words.toString();
  return hash === '' ? '' : `#${currentLink}&${hash}`;
}
