/**
 * @file Start and end of every command: help on stdout, errors on stderr in a sentence, and a Ctrl-C that lets a write
 * finish.
 */
import { UsageError } from '../src/lib/assert.ts';
import { type Command, type FlagTable, type FlagValues, HelpAsked, readFlags } from './flags.ts';

/** Errors with a message for people; others are printed with their stack. */
const SPOKEN = new Set([
  'UsageError',
  'CheckerError',
  'DataFileError',
  'CheckpointError',
  'RuntimeError',
  'NonFiniteUpdateError',
  'Interrupted',
  'Refuted',
]);

/** Thrown when a command stopped on request; the message names the kept data. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Thrown when a command worked and its answer is no; the message says why. */
export class Refuted extends Error {
  override readonly name = 'Refuted';
}

/** Whether Ctrl-C was pressed; a second one ends the process at once. */
export function watchInterrupt(): { readonly asked: boolean; release(): void } {
  const state = { asked: false };
  const listener = () => {
    state.asked = true;
    process.stderr.write('\nStopping after this step; Ctrl-C again stops at once.\n');
  };
  process.once('SIGINT', listener);
  return {
    get asked() {
      return state.asked;
    },
    release: () => process.off('SIGINT', listener),
  };
}

/**
 * Ends this process when the parent that started it with a message channel ends, for any reason; without a channel it
 * does nothing.
 */
export function endWithParent(): void {
  process.once('disconnect', () => process.exit(1));
  // The listener alone must not keep the process alive.
  process.channel?.unref();
}

/** The reader of our output, as in `... | head`, has closed it: not an error. */
const readerGone = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EPIPE';

function complain(name: string, error: unknown): number {
  if (readerGone(error)) return 0;
  if (error instanceof HelpAsked) {
    process.stdout.write(`${error.message}\n`);
    return 0;
  }
  const spoken = error instanceof Error && SPOKEN.has(error.name);
  process.stderr.write(
    `${name}: ${spoken ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  if (error instanceof Interrupted) return 130;
  return error instanceof UsageError ? 2 : 1;
}

/** Commands that were declared while `commandsOf` loads them; null while commands run. */
let collected: Command<FlagTable>[] | null = null;

/** The commands of the modules that `load` imports for the first time; none of them runs. */
export async function commandsOf(load: () => Promise<unknown>): Promise<readonly Command<FlagTable>[]> {
  const found: Command<FlagTable>[] = [];
  collected = found;
  try {
    await load();
  } finally {
    collected = null;
  }
  return found;
}

/**
 * Runs a command on this process's arguments; exit code 2 for a bad flag or input, 1 for any other failure, 130 after
 * Ctrl-C.
 */
export async function runCommand<const F extends FlagTable>(
  command: Command<F>,
  main: (values: FlagValues<F>) => Promise<void>,
): Promise<void> {
  if (collected) {
    collected.push(command);
    return;
  }
  process.stdout.on('error', (error) => process.exit(complain(command.name, error)));
  try {
    await main(readFlags(command, process.argv.slice(2)));
  } catch (error) {
    process.exitCode = complain(command.name, error);
  }
}
