/** @file The algorithm in a link: `algorithm=<id>`, one word per choice, and `set.<id>` for its numbers. */
import { choiceNames, choices, type ChoiceName } from '../rl/config/choices.ts';
import { algorithmOf } from '../rl/algorithm/compose.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { algorithmChoice, ownSettings } from '../rl/algorithm/configured.ts';
import { algorithms } from '../rl/papers/index.ts';
import { priorPromptProblem } from '../rl/prompts/priorPrompt.ts';
import { text } from '../ui/text.ts';
import { readPlainWithin } from '../lib/numberText.ts';
import {
  algorithmProblem,
  rangeOf,
  usualNumber,
  withChosenAlgorithm,
  withNumber,
  withOwnParts,
} from './stores/algorithmSettings.ts';

const NUMBER = 'set.';
const choiceOfId = new Map<string, ChoiceName>(choiceNames.map((name) => [choices[name].id, name]));

export const isAlgorithmKey = (key: string): boolean =>
  key === 'algorithm' || key.startsWith(NUMBER) || choiceOfId.has(key);

interface Draft {
  config: TrainConfig;
  readonly notices: string[];
}

function readAlgorithm(draft: Draft, id: string): void {
  if (algorithms.some((algorithm) => algorithm.id === id)) draft.config = withChosenAlgorithm(draft.config, id);
  else draft.notices.push(text.url.unknownAlgorithm(id, algorithms.map((algorithm) => algorithm.id).join(', ')));
}

function readChoice(draft: Draft, name: ChoiceName, word: string): void {
  const { id, options } = choices[name];
  const chosen = { ...draft.config, [name]: word };
  const unknownPrompt =
    name === 'priorPrompt' && options.some((option) => option.id === word) ? priorPromptProblem(chosen) : null;
  if (unknownPrompt !== null) draft.notices.push(text.url.badValue(unknownPrompt, draft.config[name]));
  else if (options.some((option) => option.id === word)) draft.config = chosen;
  else
    draft.notices.push(
      text.url.badValue(`${id}=${word}: one of ${options.map((option) => option.id).join(', ')}`, draft.config[name]),
    );
}

function readOwnNumber(draft: Draft, id: string, word: string): void {
  const setting = ownSettings(algorithmOf(algorithmChoice(draft.config))).find((own) => own.id === id);
  if (!setting) return void draft.notices.push(text.url.unknownNumber(`${NUMBER}${id}`, draft.config.algorithm));
  const value = readPlainWithin(word, rangeOf(setting));
  if (typeof value === 'number') draft.config = withNumber(draft.config, setting, value);
  else
    draft.notices.push(
      text.url.badValue(
        `${NUMBER}${id}=${word}: ${value.replace(/\.$/, '')}`,
        String(usualNumber(draft.config, setting)),
      ),
    );
}

/** Must run before the knobs are read: an algorithm sets some of them. */
export function readAlgorithmOf(draft: Draft, words: URLSearchParams): void {
  const id = words.get('algorithm');
  if (id !== null && id !== draft.config.algorithm) readAlgorithm(draft, id);
}

/** Must run after the knobs are read: first the parts, then the numbers that these parts have. */
export function readParts(draft: Draft, words: URLSearchParams): void {
  for (const [key, word] of words) {
    const name = choiceOfId.get(key);
    if (name) readChoice(draft, name, word);
  }
  const problem = algorithmProblem(draft.config);
  if (problem !== null) {
    draft.notices.push(text.url.badParts(problem));
    draft.config = withOwnParts(draft.config);
  }
  for (const [key, word] of words) if (key.startsWith(NUMBER)) readOwnNumber(draft, key.slice(NUMBER.length), word);
}

/** The configuration that a link is compared with: the preset’s, with the default numbers of the algorithm. */
export const algorithmBase = (base: TrainConfig, { algorithm }: TrainConfig): TrainConfig =>
  algorithm === base.algorithm ? base : withChosenAlgorithm(base, algorithm);

/**
 * Writes the differences to `base`, which has the algorithm already. Numbers of a custom objective are written with its
 * text.
 */
export function writeAlgorithm(
  words: URLSearchParams,
  ofPreset: TrainConfig,
  base: TrainConfig,
  config: TrainConfig,
): void {
  if (config.algorithm !== ofPreset.algorithm) words.set('algorithm', config.algorithm);
  for (const name of choiceNames) if (config[name] !== base[name]) words.set(choices[name].id, config[name]);
  if (config.objectiveText === '')
    for (const [id, value] of Object.entries(config.settings)) words.set(`${NUMBER}${id}`, String(value));
}
