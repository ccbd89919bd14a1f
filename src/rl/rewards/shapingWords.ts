/** @file Text form of a reward term's shaping, for links and flags. */
import { plainNumber } from '../../lib/numberText.ts';
import { z } from '../../lib/zod.ts';
import { readMove, writeMove } from '../words/schedule.ts';
import { plainShaping, type TermShaping, termShapingSchema } from './composition.ts';

/** The differences from a plain term, such as `clip:-1:1,right,centre:group,linear:0:100`. */
export function writeShaping({ clip, centring, schedule, onlyWhenCorrect }: TermShaping): string {
  return [
    ...(clip ? [`clip:${clip.join(':')}`] : []),
    ...(onlyWhenCorrect ? ['right'] : []),
    ...(centring === 'none' ? [] : [`centre:${centring}`]),
    ...(schedule.kind === 'constant' ? [] : [writeMove(schedule)]),
  ].join(',');
}

/** The fields of a shaping that a word sets, not yet validated. */
function changeOf(name: string | undefined, first: string | undefined, second: string | undefined): object | null {
  switch (name) {
    case 'clip':
      return { clip: [plainNumber(first), plainNumber(second)] };
    case 'right':
      return { onlyWhenCorrect: true };
    case 'centre':
      return { centring: first };
    case 'linear':
    case 'cosine':
      return { schedule: readMove(`${name}:${first ?? ''}:${second ?? ''}`) };
    default:
      return null;
  }
}

/** The shaping, or a sentence that names the error. */
export function readShaping(words: string): TermShaping | string {
  let shaping: unknown = plainShaping;
  for (const word of words.split(',')) {
    const [name, first, second] = word.split(':');
    const change = changeOf(name, first, second);
    if (!change) return `there is no ${word}; known are clip, right, centre, linear and cosine`;
    shaping = { ...z.looseObject({}).parse(shaping), ...change };
  }
  const parsed = termShapingSchema.safeParse(shaping);
  return parsed.success ? parsed.data : (parsed.error.issues[0]?.message ?? '');
}
