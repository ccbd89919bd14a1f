/** @file The river of a prompt of an open run. */
import { configAt } from '../algorithm/settingValues.ts';
import { present } from '../../lib/assert.ts';
import type { Example } from '../../tasks/task.ts';
import { promptSamplerById } from '../prompts/index.ts';
import { askedTask, trainingTask } from '../prompts/priorPrompt.ts';
import { checkRiver, pathsOf, readRiver, type River, type RiverQuery } from '../river/river.ts';
import type { Run } from './run.ts';
import { stepsDone } from './stages.ts';

/** The first problem of the next step. */
function nextExample({ config, nextStep, memory }: Run): Example {
  const [first] = promptSamplerById(config.promptSampler).prompts({
    task: trainingTask(config),
    config,
    step: nextStep,
    memory,
    count: config.promptsPerStep,
    first: 0,
  });
  return present(first, 'a prompt of the next step');
}

/** The problem of a prompt: of the newest completions, of the river before, or as the task reads it. */
function exampleOf(run: Run, prompt: string): Example | null {
  const written = run.written.flatMap(({ groups }) => groups.map(({ example }) => example));
  const found = written.findLast((example) => example.prompt === prompt);
  if (found) return found;
  const { pinned } = run;
  return pinned?.prompt === prompt ? pinned.example : (askedTask(run.config).read?.(prompt) ?? null);
}

/** The river of a prompt under the run's policy. UsageError if the run has none; it changes nothing that trains. */
export async function runRiver(run: Run, query: RiverQuery, now: () => number): Promise<River> {
  const begun = now();
  const { config, learner, tokenizer, sandbox, lengths, nextStep, pinned } = run;
  const { temperature } = configAt(run.algorithm, config, nextStep);
  const task = trainingTask(config);
  checkRiver(task, tokenizer, run.info.policy.id);
  const next = query.prompt === null ? nextExample(run) : null;
  const prompt = next?.prompt ?? query.prompt ?? '';
  const example = next ?? exampleOf(run, prompt);
  const hints = pinned?.prompt === prompt ? pinned.hints : [];
  const read = await readRiver(
    { ...lengths, learner, tokenizer, task, sandbox, temperature, example, hints },
    { ...query, prompt },
  );
  run.pinned = { prompt, example, hints: pathsOf(read.nodes) };
  return { ...read, prompt, answer: example?.answer ?? null, step: stepsDone(run), seconds: (now() - begun) / 1000 };
}
