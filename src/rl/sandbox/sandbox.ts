/**
 * @file Reward functions in QuickJS, in this thread: no host object exists inside; inputs enter as JSON text, a number
 * or a sentence comes out. Every call has its own runtime and context, so that no state passes between calls.
 */
import { parquetRows } from '../../tasks/own/parquet.ts';
import { Allowance, Call, failed, kindWords, threwNull } from './call.ts';
import { QuickJs } from './quickjs.ts';
import {
  type RewardOutcome,
  type RewardSandbox,
  type SandboxInput,
  sandboxLimits,
  type SandboxLimits,
} from './rewardFunction.ts';

export class QuickJsSandbox implements RewardSandbox {
  private readonly quickJs = new QuickJs();

  constructor(private readonly limits: SandboxLimits = sandboxLimits) {}

  /** Resolves when the first call can be made without waiting for a download. */
  async ready(): Promise<void> {
    await this.quickJs.ready();
  }

  async score(
    source: string,
    inputs: readonly SandboxInput[],
    onOutcome: (outcome: RewardOutcome) => void = () => {},
  ): Promise<readonly RewardOutcome[]> {
    const { limits } = this;
    const batch = new Allowance('one batch of completions', limits.batchSteps, limits.batchMilliseconds);
    const outcomes: RewardOutcome[] = [];
    for (const input of inputs) {
      const outcome =
        source.length > limits.sourceLength
          ? failed('syntax', `the text has ${source.length} characters; ${limits.sourceLength} are the most`)
          : batch.check()
            ? failed('timeout', `not called: ${batch.spent}`)
            : await this.placed(source, input, batch);
      outcomes.push(outcome);
      onOutcome(outcome);
    }
    return outcomes;
  }

  /** In this thread, without a limit. */
  async tryParquet(bytes: Uint8Array): Promise<void> {
    for await (const _ of parquetRows(bytes));
  }

  dispose(): void {}

  /** The outcome of one call; if it failed without a line, a second, marked call finds the line. */
  private async placed(source: string, input: SandboxInput, batch: Allowance): Promise<RewardOutcome> {
    const { outcome } = await this.call(source, input, batch);
    if (
      !('failure' in outcome) ||
      outcome.failure.line !== null ||
      !['timeout', 'throws'].includes(outcome.failure.kind)
    )
      return outcome;
    // If this code cannot be loaded, the failure is reported without its line.
    const marks = await import('./marks.ts').catch(() => null);
    if (!marks) return outcome;
    const { mark } = await this.call(marks.markLines(source), input, batch);
    const line = mark === 0 ? null : Math.abs(mark);
    // QuickJS throws null if it has no memory left for an error.
    const isShortage = outcome.failure.message === threwNull && mark >= 0;
    return isShortage
      ? failed('memory', kindWords.memory(this.limits), line)
      : { failure: { ...outcome.failure, line } };
  }

  private async call(
    source: string,
    input: SandboxInput,
    batch: Allowance,
  ): Promise<{ outcome: RewardOutcome; mark: number }> {
    const { limits } = this;
    await this.ready();
    try {
      return await this.quickJs.with(limits, (context) => {
        const call = new Call(context, limits, batch);
        const outcome = call.run(source, input);
        return { outcome, mark: call.mark() };
      });
    } catch (error) {
      // The stack of this thread overflowed before QuickJS noticed, or the instance's memory is corrupt.
      const kind = error instanceof RangeError || /recursion/.test(String(error)) ? 'stack' : 'memory';
      return { outcome: failed(kind, kindWords[kind](limits)), mark: 0 };
    }
  }
}
