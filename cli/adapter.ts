/**
 * @file `npm run adapter`: reads an adapter that the page saved for PEFT, checks it against its base, and prints the
 * next tokens it makes likely.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRuntime } from '../src/engine/runtime/index.ts';
import { UsageError } from '../src/lib/assert.ts';
import { ArchiveError, readArchive } from '../src/lib/zip.ts';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import { nextTokenLogits } from '../src/policy/logits.ts';
import { decodePeft, peftOrigin } from '../src/policy/peft.ts';
import { runCommand } from './command.ts';
import { backends, inFile, loadPolicyFile, readInput } from './environment.ts';
import { choice, type FlagValues, numeric, optionalText, requiredText, toggle } from './flags.ts';

const flags = {
  file: requiredText(
    'The zip file that the page saved, the folder it was unpacked to, or adapter_model.safetensors in it.',
    'PATH',
  ),
  prompt: requiredText('A prompt of the task, such as 21+6+8=.', 'S'),
  policy: optionalText('The base, by id or path.', 'NAME', 'the one that the file names'),
  top: numeric('Tokens that are listed.', 5, { min: 1, max: 100, integer: true }),
  backend: choice('Where the graphs run.', backends, 'node'),
  json: toggle('One line of JSON with all logits, of the base and with the adapter.'),
};

type Part = 'adapter_config.json' | 'adapter_model.safetensors';

/** Both files of the adapter, from an archive or a folder. */
function parts(path: string): (part: Part) => Uint8Array {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder || path.endsWith('.safetensors'))
    return (part) => readInput('--file', join(isFolder ? path : dirname(path), part));
  try {
    const files = readArchive(readFileSync(path));
    return (part) => {
      const found = files.find(({ name }) => name === part);
      if (!found) throw new UsageError(`--file: ${path} holds no ${part}`);
      return found.bytes;
    };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      `--file: ${path} cannot be read: ${cause instanceof ArchiveError || cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

async function adapter(values: FlagValues<typeof flags>): Promise<void> {
  const part = parts(values.file);
  const model = part('adapter_model.safetensors');
  const origin = inFile('--file', values.file, () => peftOrigin(model));
  const { checkpoint } = loadPolicyFile(values.policy ?? origin.policy);
  if (origin.policyHash !== checkpoint.manifest.sha256)
    throw new UsageError(
      `--file: the adapter was trained on the base "${origin.policy}" with the SHA-256 ${origin.policyHash}, not on this one (${checkpoint.manifest.sha256})`,
    );
  const tuned = inFile('--file', values.file, () => decodePeft(checkpoint.config, part('adapter_config.json'), model));
  const tokenizer = tokenizerFrom(checkpoint.tokenizer);
  const ids = tokenizer.encodePrompt(values.prompt);
  const runtime = await createRuntime(values.backend);
  try {
    const base = await nextTokenLogits(runtime, checkpoint, ids, null);
    const adapted = await nextTokenLogits(runtime, checkpoint, ids, tuned);
    if (values.json)
      return void process.stdout.write(`${JSON.stringify({ base: [...base], adapted: [...adapted] })}\n`);
    process.stdout.write(
      `${origin.policy}, rank ${tuned.lora.rank}, alpha ${tuned.lora.alpha}: logits after ${values.prompt}\ntoken\tbase\tadapted\n`,
    );
    const order = [...adapted.keys()].sort((a, b) => (adapted[b] ?? 0) - (adapted[a] ?? 0)).slice(0, values.top);
    for (const id of order)
      process.stdout.write(`${tokenizer.tokenText(id)}\t${base[id]?.toFixed(4)}\t${adapted[id]?.toFixed(4)}\n`);
  } finally {
    await runtime.dispose();
  }
}

await runCommand(
  {
    name: 'adapter',
    summary: 'Reads an adapter in PEFT’s form and shows the logits of the next token with and without it.',
    flags,
  },
  adapter,
);
