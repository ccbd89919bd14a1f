/** @file `npm run export`: a run as files for another training library. */
import { join } from 'node:path';
import { exporters, libraries } from '../src/exporters/index.ts';
import { taskById } from '../src/tasks/index.ts';
import { runCommand } from './command.ts';
import { choice, type FlagValues, requiredText } from './flags.ts';
import { writeWhole } from './output.ts';
import { runConfig, runFlags, usualPolicy } from './runFlags.ts';

const flags = {
  to: choice('Library.', libraries, 'trl'),
  out: requiredText('Where the files go.', 'DIR'),
  ...runFlags,
};

async function exportRun(values: FlagValues<typeof flags>): Promise<void> {
  const config = runConfig(values, values.policy ?? usualPolicy(values));
  for (const { name, text } of exporters[values.to](values.preset, config, taskById(config.task))) {
    const path = join(values.out, name);
    writeWhole('--out', path, new TextEncoder().encode(text));
    process.stdout.write(`${path}\n`);
  }
}

await runCommand({ name: 'export', summary: 'Writes a run as files for TRL or verl.', flags }, exportRun);
