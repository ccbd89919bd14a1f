/**
 * @file A lesson as data: text, settings as words of a link, and questions whose choices are conditions on numbers of
 * the run. It holds no code and no HTML.
 */
import { z } from '../lib/zod.ts';
import { isLessonId, lessonList } from './list.ts';
import { chartIds, isControl, isEvidence, unitOf } from './names.ts';
import { updateNumbers, writings, type UpdateNumber } from './updateNumbers.ts';

const textOf = (most: number) =>
  z.string('text is needed').min(1, 'must not be empty').max(most, `at most ${most} characters`);
const id = z
  .string('a name is needed')
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name is a word of small letters, digits and -');
const reading = z.string('a name is needed').regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'a name is a word of letters');
/** A reading of this step, or `step.reading` of an earlier one. */
const reference = z
  .string('the name of a reading is needed')
  .regex(/^([a-z][a-z0-9-]{0,39}\.)?[a-z][A-Za-z0-9]{0,39}$/, 'the name of a reading, or step.reading, is needed');
const list = <T extends z.ZodType>(of: T, least: number, most: number) =>
  z.array(of, 'a list is needed').min(least, `at least ${least}`).max(most, `at most ${most}`);
const stepNumber = z.int('a whole number is needed').min(1).max(2000);

const readingSchema = z
  .strictObject(
    {
      metric: z
        .string()
        .refine((name) => unitOf(name) !== null, 'there is no such metric; docs/metrics.md lists them')
        .optional(),
      from: stepNumber.optional(),
      to: stepNumber.optional(),
      update: z.enum(Object.keys(updateNumbers) as [UpdateNumber, ...UpdateNumber[]]).optional(),
      as: z.enum(writings).optional(),
    },
    'metric with from and to, or update, and nothing else',
  )
  .refine(({ metric, update }) => (metric === undefined) !== (update === undefined), 'metric or update: one is needed')
  .refine(({ from = 1, to = Infinity }) => from <= to, 'from must not be above to');

const conditionSchema = z
  .strictObject({
    reading: reference,
    minus: reference.optional(),
    over: reference.optional(),
    atLeast: z.number('a number is needed').optional(),
    below: z.number('a number is needed').optional(),
  })
  .refine(({ minus, over }) => minus === undefined || over === undefined, 'minus or over: not both')
  .refine(({ atLeast, below }) => atLeast !== undefined || below !== undefined, 'atLeast or below is needed');

const shared = {
  id,
  title: textOf(120),
  prose: list(textOf(2000), 1, 12),
  control: z
    .string()
    .refine(
      isControl,
      'there is no such control: the name of a setting in a link, choice-NAME, reward.TERM, preset or ask',
    )
    .optional(),
  evidence: z
    .string()
    .refine(isEvidence, `there is no such drawing: river:PHASE, tokens, exact, or a chart (${chartIds.join(', ')})`)
    .optional(),
};

const readSchema = z.strictObject({ kind: z.literal('read'), ...shared });
const runSchema = z.strictObject({
  kind: z.literal('run'),
  ...shared,
  settings: textOf(1000),
  set: textOf(120),
  name: textOf(60),
  question: textOf(500),
  readings: z.record(reading, readingSchema, 'an object of readings by name is needed'),
  choices: list(z.strictObject({ id, label: textOf(200), when: list(conditionSchema, 0, 8) }), 2, 6),
  measured: textOf(1000),
  after: textOf(2000),
});

export type RunData = z.infer<typeof runSchema>;
export type ReadingData = z.infer<typeof readingSchema>;
export type ConditionData = z.infer<typeof conditionSchema>;

/** Names in the braces of a text. */
export const bracesOf = (text: string): string[] => [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);

/** All names of readings that a question of a run uses. */
export const namesIn = ({ choices, measured, after }: RunData): string[] =>
  [
    ...choices.flatMap(({ when }) => when.flatMap(({ reading: own, minus, over }) => [own, minus, over])),
    ...bracesOf(measured),
    ...bracesOf(after),
  ].filter((name) => name !== undefined);

const lessonShape = z.strictObject({
  title: textOf(80),
  summary: textOf(300),
  steps: list(z.discriminatedUnion('kind', [readSchema, runSchema], 'kind must be "read" or "run"'), 1, 20),
  learnt: list(textOf(1000), 1, 8),
  next: z
    .string()
    .refine(isLessonId, `one of ${lessonList.map(({ id: known }) => known).join(', ')}`)
    .optional(),
  teacher: list(textOf(2000), 0, 12).optional(),
});

type Shape = z.infer<typeof lessonShape>;
type Report = (path: readonly (string | number)[], message: string) => void;

/** Ids are unique, and names of readings are those of the step itself or of an earlier run. */
function checkNames({ steps, learnt }: Shape, report: Report): void {
  const known = new Set<string>();
  const seen = new Set<string>();
  const braces = (text: string, path: readonly (string | number)[]) => {
    for (const name of bracesOf(text)) if (!known.has(name)) report(path, `{${name}}: no earlier run has this reading`);
  };
  steps.forEach((step, at) => {
    const path = ['steps', at] as const;
    if (seen.has(step.id)) report([...path, 'id'], `a step before it is called ${step.id}`);
    seen.add(step.id);
    step.prose.forEach((text, i) => braces(text, [...path, 'prose', i]));
    if (step.kind === 'read') return;
    const own = new Set(Object.keys(step.readings));
    for (const name of namesIn(step))
      if (!own.has(name) && !known.has(name)) report(path, `there is no reading ${name} here or in an earlier run`);
    const ids = step.choices.map((choice) => choice.id);
    if (new Set(ids).size < ids.length) report([...path, 'choices'], 'two have the same id');
    for (const name of own) known.add(`${step.id}.${name}`);
  });
  learnt.forEach((text, i) => braces(text, ['learnt', i]));
}

export const lessonDataSchema = lessonShape.superRefine((lesson, context) =>
  checkNames(lesson, (path, message) => context.addIssue({ code: 'custom', path: [...path], message })),
);
export type LessonData = z.infer<typeof lessonDataSchema>;
