/**
 * @file `npm run adapter`: reads an adapter that the page saved for PEFT, checks it against its base, and prints the
 * next tokens it makes likely.
 */
import { createRuntime } from '../src/engine/runtime/index.ts';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import { nextTokenLogits } from '../src/policy/logits.ts';
import { runCommand } from './command.ts';
import { decodePeftFolder, readPeftFolder } from './adapterPath.ts';
import { backends, loadPolicyFile } from './environment.ts';
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

async function adapter(values: FlagValues<typeof flags>): Promise<void> {
  const folder = readPeftFolder('--file', values.file);
  const { checkpoint } = loadPolicyFile(values.policy ?? folder.origin.policy);
  const tuned = decodePeftFolder('--file', folder, checkpoint);
  const tokenizer = tokenizerFrom(checkpoint.tokenizer);
  const ids = tokenizer.encodePrompt(values.prompt);
  const runtime = await createRuntime(values.backend);
  try {
    const base = await nextTokenLogits(runtime, checkpoint, ids, null);
    const adapted = await nextTokenLogits(runtime, checkpoint, ids, tuned);
    if (values.json)
      return void process.stdout.write(`${JSON.stringify({ base: [...base], adapted: [...adapted] })}\n`);
    process.stdout.write(
      `${checkpoint.manifest.id}, rank ${tuned.lora.rank}, alpha ${tuned.lora.alpha}: logits after ${values.prompt}\ntoken\tbase\tadapted\n`,
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
