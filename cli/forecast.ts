/** @file The forecast of a run of a model from a folder, before it trains. */
import { createRuntime } from '../src/engine/runtime/index.ts';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import { forecast } from '../src/rl/forecast/forecast.ts';
import { probe } from '../src/rl/forecast/probe.ts';
import { runShapeOf } from '../src/rl/forecast/runShape.ts';
import { withChats } from '../src/rl/words/chats.ts';
import { taskById } from '../src/tasks/index.ts';
import { forecastLines } from '../src/ui/settings/forecastWords.ts';
import { machineLimit } from './environment.ts';
import type { RunRequest } from './trainRequest.ts';

/** Memory and time of the run as text; measures this machine for about 0.3 s. */
export async function forecastText({ config, policy, backend }: RunRequest): Promise<string> {
  const { config: policyConfig, tokenizer, manifest } = policy.checkpoint;
  const task = taskById(config.task);
  const run = runShapeOf(config, task, withChats(tokenizerFrom(tokenizer), task));
  const runtime = await createRuntime(backend);
  const rates = await probe(runtime).finally(() => runtime.dispose());
  const planned = { config: policyConfig, bits: manifest.bits, run, backend };
  const lines = forecastLines(forecast(planned, machineLimit(), rates));
  const width = Math.max(...lines.map(([name]) => name.length)) + 2;
  return ['Forecast', ...lines.map(([name, value]) => `  ${name.padEnd(width)}${value}`)].join('\n');
}
