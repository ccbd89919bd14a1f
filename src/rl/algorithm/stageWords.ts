/**
 * @file Stages as text, `sft steps=20 learning_rate=0.005; grpo steps=60 beta=0.1 reference=1 stop=accuracy:0.8`, and as
 * JSON with the same names.
 */
import { assert } from '../../lib/assert.ts';
import { plainNumber, readPlain } from '../../lib/numberText.ts';
import { z } from '../../lib/zod.ts';
import { choiceNames, choices } from '../config/choices.ts';
import type { Stage } from '../config/config.ts';
import { knobNames, knobs } from '../config/knobs.ts';
import type { Stop } from '../config/stages.ts';
import { readShaping, writeShaping } from '../rewards/shapingWords.ts';
import { readMove, writeMove } from '../words/schedule.ts';
import type { WholeStage } from './stages.ts';

type Fields = Record<string, unknown>;

/** Fields of a stage that hold values by id, with the prefix of their words. */
const tables = {
  reward: { name: 'rewardWeights', read: plainNumber, write: String },
  shape: { name: 'rewardShaping', read: readShaping, write: writeShaping },
  schedule: { name: 'schedules', read: readMove, write: writeMove },
} as const;

/** Words that are neither a knob, nor a choice, nor a number of the algorithm. */
const plain = new Map<string, { readonly name: keyof WholeStage; readonly read: (word: string) => unknown }>([
  ['algorithm', { name: 'algorithm', read: (word) => word }],
  ['task', { name: 'task', read: (word) => word }],
  ['shuffle_rewards', { name: 'shuffleRewards', read: (word) => (word === '1' ? true : word === '0' ? false : word) }],
  ['steps', { name: 'steps', read: (word) => readPlain(word, { integer: true }) }],
  ['reference', { name: 'reference', read: (word) => readPlain(word, { integer: true }) }],
  ['start', { name: 'start', read: (word) => readPlain(word, { integer: true }) }],
  ['stop', { name: 'stop', read: readStop }],
  ...knobNames.map((name) => [knobs[name].id, { name: name as keyof WholeStage, read: plainNumber }] as const),
  ...choiceNames.map(
    (name) => [choices[name].id, { name: name as keyof WholeStage, read: (word: string) => word }] as const,
  ),
]);

function readStop(word: string): unknown {
  const [kind, number] = word.split(':');
  return kind === 'plateau' ? { kind, evaluations: plainNumber(number) } : { kind, at: plainNumber(number) };
}

const writeStop = (stop: Stop): string =>
  stop.kind === 'accuracy' ? `accuracy:${stop.at}` : `plateau:${stop.evaluations}`;

/** Sets the field that a word names; a number without a name of the run's belongs to the algorithm. */
function readWord(fields: Fields, id: string, word: string): void {
  const known = plain.get(id);
  const [prefix = '', ...rest] = id.split('.');
  const table = Object.hasOwn(tables, prefix) ? tables[prefix as keyof typeof tables] : null;
  const [name, value] = known
    ? [known.name, known.read(word)]
    : table
      ? [table.name, { ...(fields[table.name] as Fields), [rest.join('.')]: table.read(word) }]
      : ['settings', { ...(fields.settings as Fields), [id]: plainNumber(word) }];
  fields[name] = value;
}

/** The fields of stages in text form, not yet validated. UsageError for a word of another form, with its stage. */
export function readStageWords(text: string): Fields[] {
  return text.split(';').map((words, stage) => {
    const fields: Fields = {};
    for (const [i, part] of words.trim().split(/\s+/).entries()) {
      const [id = '', ...word] = part.split('=');
      assert(
        word.length > 0 || (i === 0 && id !== ''),
        `stage ${stage + 1}: ${part === '' ? 'it is empty' : `${part} is not of the form ID=VALUE`}`,
      );
      if (word.length === 0) fields.algorithm = id;
      else readWord(fields, id, word.join('='));
    }
    return fields;
  });
}

const jsonSchema = z.array(
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean()], 'a number or a word is needed')),
  'a list of stages is needed',
);

/** The fields of stages of a JSON file, not yet validated. UsageError that names stage and field. */
export function readStageList(value: unknown): Fields[] {
  const parsed = jsonSchema.safeParse(value);
  if (!parsed.success) {
    const [{ path: [stage, field], message } = { path: [], message: '' }] = parsed.error.issues;
    const place = [
      ...(stage === undefined ? [] : [`stage ${Number(stage) + 1}: `]),
      ...(field === undefined ? [] : [`${String(field)}: `]),
    ];
    assert(false, `${place.join('')}${message}`);
  }
  return parsed.data.map((stage) => {
    const fields: Fields = {};
    for (const [id, word] of Object.entries(stage))
      readWord(fields, id, typeof word === 'boolean' ? String(Number(word)) : String(word));
    return fields;
  });
}

/** A stage as words, in the order of its fields. */
function writeStage(stage: Stage): string {
  const words = [...plain].flatMap(([id, { name }]) => {
    const value = stage[name];
    if (name === 'algorithm' || value === undefined) return [];
    const word =
      stage.stop && name === 'stop' ? writeStop(stage.stop) : typeof value === 'boolean' ? Number(value) : value;
    return [`${id}=${String(word)}`];
  });
  const { algorithm, settings = {}, rewardWeights = {}, rewardShaping = {}, schedules = {} } = stage;
  const table = <T>(prefix: string, values: Readonly<Record<string, T>>, write: (value: T) => string) =>
    Object.entries(values).map(([id, value]) => `${prefix}${id}=${write(value)}`);
  return [
    ...(algorithm === undefined ? [] : [algorithm]),
    ...words,
    ...table('', settings, String),
    ...table('reward.', rewardWeights, tables.reward.write),
    ...table('shape.', rewardShaping, tables.shape.write),
    ...table('schedule.', schedules, tables.schedule.write),
  ].join(' ');
}

export const writeStageWords = (stages: readonly Stage[]): string => stages.map(writeStage).join('; ');
