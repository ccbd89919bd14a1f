/**
 * @file The names of the program's parts, as its own lists have them: an atlas entry misses a part until a list names
 * it.
 */
import { estimators } from '../rl/advantages/index.ts';
import { allSettings } from '../rl/algorithm/compose.ts';
import { choices } from '../rl/config/choices.ts';
import { knobs } from '../rl/config/knobs.ts';
import { trainConfigSchema } from '../rl/config/config.ts';
import { algorithms } from '../rl/papers/index.ts';
import { policies } from '../rl/pretraining/policies.ts';
import { promptSamplers } from '../rl/prompts/index.ts';
import { sharedTerms } from '../rl/rewards/sharedTerms.ts';
import { tasks } from '../tasks/index.ts';

const named = (kind: string, list: readonly { readonly id: string }[]): readonly string[] =>
  list.map(({ id }) => `${kind} ${id}`);

const parts: ReadonlySet<string> = new Set([
  ...named('task', tasks),
  ...named('algorithm', algorithms),
  ...named('estimator', estimators),
  ...named('sampler', promptSamplers),
  ...named('base', policies),
  ...named('term', sharedTerms),
  ...named('knob', Object.values(knobs)),
  ...algorithms.flatMap((algorithm) => named('setting', allSettings(algorithm))),
  ...Object.values(choices).flatMap(({ id, options }) => options.map((option) => `${id} ${option.id}`)),
  ...Object.keys(trainConfigSchema.shape).map((key) => `config ${key}`),
  ...(tasks.some(({ environment }) => environment) ? ['task of several turns'] : []),
]);

/** Whether a list of the program has every one of these names; false for none. */
export const isBuilt = (names: readonly string[]): boolean =>
  names.length > 0 && names.every((name) => parts.has(name));
