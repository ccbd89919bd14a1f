/**
 * @file A pool of prompts with a record each: asked are those whose pass rate lies in a window, and those of which
 * nothing is known.
 */
import { random } from '../../lib/random.ts';
import type { Example } from '../../tasks/task.ts';
import type { Memory } from '../words/memory.ts';
import { levelsOf } from './levels.ts';
import type { PromptRequest, PromptSampler, PromptSettings } from './sampler.ts';

/** Steps after which a record is too old to go by: the policy has changed, so the prompt is tried again. */
export const RECORD_LASTS = 20;
/** Share of the newest pass rate in a record that is not too old. */
const NEWEST = 0.5;

const rateKey = (place: number): string => `pool/${place}/pass_rate`;
const stepKey = (place: number): string => `pool/${place}/step`;

/** The pool of a run: different prompts, the difficulties in turn; a function of the seed alone. */
export function promptPool({ task, config }: Pick<PromptRequest, 'task' | 'config'>): readonly Example[] {
  const levels = levelsOf(task, config);
  const pool = new Map<string, Example>();
  for (let i = 0; i < config.promptPool; i++) {
    const example = task.example(random(config.seed, 'pool', i), 'train', levels[i % levels.length] as number);
    if (!pool.has(example.prompt)) pool.set(example.prompt, example);
  }
  return [...pool.values()];
}

/** The recorded pass rate of the prompt at that place of the pool, or null where there is none that counts. */
export function recordedRate(memory: Memory, place: number, step: number): number | null {
  const asked = memory[stepKey(place)];
  return asked === undefined || step - asked > RECORD_LASTS ? null : (memory[rateKey(place)] ?? null);
}

/** How far a pass rate lies outside of the window; 0 inside, and where nothing is known. */
const outside = (
  rate: number | null,
  { passRateMin, passRateMax }: Pick<PromptSettings, 'passRateMin' | 'passRateMax'>,
): number => (rate === null ? 0 : Math.max(0, passRateMin - rate, rate - passRateMax));

export const passRateWindow: PromptSampler = {
  id: 'pass_rate_window',
  title: 'Pass-rate window',
  mixed: true,
  summary:
    'From a pool, prompts whose share of right answers was last in the window or is not known; then those nearest to it.',
  prompts(request) {
    const { config, step, memory, count, first } = request;
    const pool = promptPool(request);
    const distance = pool.map((_, place) => outside(recordedRate(memory, place, step), config));
    const shuffled = random(config.seed, 'pool order', step).shuffle([...pool.keys()]);
    const order = shuffled.toSorted((a, b) => (distance[a] as number) - (distance[b] as number));
    return Array.from({ length: count }, (_, i) => pool[order[(first + i) % order.length] as number] as Example);
  },
  noted(records, { task, config, step, memory }) {
    const places = new Map(promptPool({ task, config }).map(({ prompt }, place) => [prompt, place]));
    const notes: Record<string, number> = {};
    for (const { example, passRate } of records) {
      const place = places.get(example.prompt) as number;
      const before = notes[rateKey(place)] ?? recordedRate(memory, place, step);
      notes[rateKey(place)] = before === null ? passRate : NEWEST * passRate + (1 - NEWEST) * before;
      notes[stepKey(place)] = step;
    }
    return notes;
  },
};
