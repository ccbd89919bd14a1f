/** @file Lessons made of data: reading a run, deciding between choices, and writing numbers into texts. */
import { formatHundredths, formatNumber, formatShare, formatSigned } from '../ui/format.ts';
import { lessonWords } from '../ui/lessons/words.ts';
import type { Row } from '../ui/charts/series.ts';
import type { UpdateView } from '../ui/river/view.ts';
import { bracesOf, type ConditionData, type LessonData, namesIn, type ReadingData, type RunData } from './data.ts';
import { type Lesson, type Readings, type ReadingsByStep, type RunStep, stepsOf } from './lesson.ts';
import { hasSteps, meanOf } from './measure.ts';
import { unitOf } from './names.ts';
import { numbersOf, updateNumbers, type Writing } from './updateNumbers.ts';

const writers: Readonly<Record<Writing, (value: number) => string>> = {
  share: formatShare,
  tenths: (value) => `${(100 * value).toFixed(1)}\u202f%`,
  number: formatNumber,
  signed: formatSigned,
  times: (value) => `×${formatHundredths(value)}`,
  hundredths: formatHundredths,
  factor: (nats) => `×${formatHundredths(Math.exp(nats))}`,
};

function writingOf({ as, metric, update }: ReadingData): Writing {
  if (as) return as;
  if (update) return updateNumbers[update];
  return unitOf(metric ?? '') === 'share' ? 'share' : 'number';
}

/** A reading by its own name in its step, and as `step.reading` elsewhere. */
function lookUp(name: string, step: string | undefined, readings: ReadingsByStep): number | undefined {
  const [of, key] = name.includes('.') ? name.split('.') : [step ?? '', name];
  return readings[of ?? '']?.[key ?? ''];
}

function holds(
  { reading, minus, over, atLeast = -Infinity, below = Infinity }: ConditionData,
  value: (name: string) => number | undefined,
): boolean {
  const [own, taken, divisor] = [
    value(reading),
    minus === undefined ? 0 : value(minus),
    over === undefined ? 1 : value(over),
  ];
  if (own === undefined || taken === undefined || divisor === undefined) return false;
  const found = (own - taken) / divisor;
  return found >= atLeast && found < below;
}

/** The numbers that the run has; others are left out, so that no choice that needs them holds. */
function readingsOf({ readings }: RunData, rows: readonly Row[], update: UpdateView | null): Readings {
  const numbers = update ? numbersOf(update) : {};
  const last = rows.at(-1)?.step ?? 0;
  return Object.fromEntries(
    Object.entries(readings).flatMap(([name, { metric, from = last, to = last, update: of }]) => {
      const value = of === undefined ? meanOf(rows, metric ?? '', from, to) : (numbers[of] ?? null);
      return value === null || !Number.isFinite(value) ? [] : [[name, value]];
    }),
  );
}

/** The first choice whose conditions all hold; one without conditions never does. */
const answerOf = ({ choices }: RunData, value: (name: string) => number | undefined): string | null =>
  choices.find(({ when }) => when.length > 0 && when.every((condition) => holds(condition, value)))?.id ?? null;

type Tell = (text: string, step: string | undefined, readings: ReadingsByStep) => string | null;

/** Writes numbers into the braces of texts, each as its reading says. */
function tellerOf({ steps }: LessonData): Tell {
  const runs = steps.filter((step) => step.kind === 'run');
  return (text, step, readings) => {
    const values = new Map<string, string>();
    for (const name of bracesOf(text)) {
      const [of, key] = name.includes('.') ? name.split('.') : [step, name];
      const reading = runs.find(({ id }) => id === of)?.readings[key ?? ''];
      const value = lookUp(name, step, readings);
      if (!reading || value === undefined) return null;
      values.set(name, writers[writingOf(reading)](value));
    }
    return text.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => values.get(name) ?? whole);
  };
}

function runOf(data: RunData, tell: Tell): RunStep {
  const { id, settings, readings, choices, measured, after, ...told } = data;
  const others = namesIn(data).flatMap((name) => (name.includes('.') ? (name.split('.')[0] ?? []) : []));
  return {
    ...told,
    id,
    after,
    words: settings,
    compares: [...new Set(others)],
    choices: choices.map(({ id: choice, label }) => ({ id: choice, label })),
    readsUpdate: Object.values(readings).some(({ update }) => update !== undefined),
    measure: (rows, update = null) =>
      hasSteps(rows, stepsOf({ words: settings })) ? readingsOf(data, rows, update) : null,
    judge(own, earlier) {
      // Read by name: `earlier` may hold runs of other steps.
      const all = { ...Object.fromEntries(others.map((other) => [other, earlier[other] ?? {}])), [id]: own };
      return {
        answer: answerOf(data, (name) => lookUp(name, id, all)),
        measured: tell(measured, id, all) ?? lessonWords.unmeasured,
      };
    },
  };
}

/** A lesson out of data that the schema has checked. */
export function lessonOf(id: string, data: LessonData): Lesson {
  const tell = tellerOf(data);
  return {
    id,
    title: data.title,
    summary: data.summary,
    steps: data.steps.map((step) => (step.kind === 'read' ? step : runOf(step, tell))),
    learnt: data.learnt,
    next: data.next ?? null,
    teacher: data.teacher ?? [],
    tell: (text, readings, step) => tell(text, step, readings),
  };
}
