/** @file A pool of prompts with a record of pass rates: draws prompts whose rate lies within a window or is unknown. */
import { random } from '../../lib/random.ts';
import type { Example } from '../../tasks/task.ts';
import type { Memory } from '../words/memory.ts';
import { levelsOf } from './levels.ts';
import type { PromptRequest, PromptSampler, PromptSettings } from './sampler.ts';

/** Steps after which a record no longer counts, since the policy has changed. */
export const RECORD_LASTS = 20;
/** Weight of the newest pass rate in a record that still counts. */
const NEWEST = 0.5;

const rateKey = (place: number): string => `pool/${place}/pass_rate`;
const stepKey = (place: number): string => `pool/${place}/step`;

/** The pool of a run: distinct prompts with the difficulties in turn; depends on the seed alone. */
export function promptPool({ task, config }: Pick<PromptRequest, 'task' | 'config'>): readonly Example[] {
  const levels = levelsOf(task, config);
  const pool = new Map<string, Example>();
  for (let i = 0; i < config.promptPool; i++) {
    const example = task.example(random(config.seed, 'pool', i), 'train', levels[i % levels.length] as number);
    if (!pool.has(example.prompt)) pool.set(example.prompt, example);
  }
  return [...pool.values()];
}

/** The recorded pass rate of the prompt at `place` of the pool; null without a record that counts. */
export function recordedRate(memory: Memory, place: number, step: number): number | null {
  const asked = memory[stepKey(place)];
  return asked === undefined || step - asked > RECORD_LASTS ? null : (memory[rateKey(place)] ?? null);
}

/** Distance of a pass rate from the window; 0 inside it or if unknown. */
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
