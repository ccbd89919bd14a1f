/**
 * @file Reward functions in QuickJS, in this thread: no host object exists inside, inputs go in as JSON text, a number
 * or a sentence comes out. Every call has a runtime and a context of its own, so that nothing passes from one to the
 * next.
 */
import type { QuickJSContext, QuickJSHandle, VmCallResult } from 'quickjs-emscripten-core';
import { guestSource, lineMark, rewardFile } from './guest.ts';
import { QuickJs } from './quickjs.ts';
import {
  type FailureKind,
  type RewardFailure,
  type RewardInput,
  type RewardOutcome,
  type RewardSandbox,
  sandboxLimits,
  type SandboxLimits,
} from './rewardFunction.ts';

/** QuickJS asks whether to go on once in so many turns of loops and calls of functions. */
const STEPS_PER_POLL = 10_000;

/** Counts what a call or a batch has used up. */
class Allowance {
  private steps = 0;
  private readonly start = performance.now();
  /** Why it is used up, or null. */
  spent: string | null = null;

  constructor(
    private readonly what: string,
    private readonly mostSteps: number,
    private readonly mostMilliseconds: number,
  ) {}

  /** Whether all of it is used up after one more poll. */
  poll(): boolean {
    this.steps += STEPS_PER_POLL;
    if (this.steps > this.mostSteps)
      this.spent ??= `stopped after ${this.mostSteps.toLocaleString('en')} steps in ${this.what}; a loop may never end`;
    return this.check();
  }

  /** Whether all of it is used up. */
  check(): boolean {
    if (performance.now() - this.start > this.mostMilliseconds)
      this.spent ??= `stopped after ${this.mostMilliseconds / 1000} s in ${this.what}`;
    return this.spent !== null;
  }
}

const failed = (
  kind: FailureKind,
  message: string,
  line: number | null = null,
  column: number | null = null,
): { failure: RewardFailure } => ({
  failure: { kind, line, column, message },
});

/** Where the newest frame of the user's text in a stack trace stands. */
function placeIn(stack: string): { line: number | null; column: number | null } {
  const [, line, column] = new RegExp(`${rewardFile}:(\\d+):(\\d+)`).exec(stack) ?? [];
  return { line: line ? Number(line) : null, column: column ? Number(column) : null };
}

/** Which limit a message of QuickJS speaks of. */
function kindOf(message: string): FailureKind {
  const starts = (...words: readonly string[]) => words.some((word) => message.startsWith(`InternalError: ${word}`));
  if (starts('out of memory', 'string too long')) return 'memory';
  return starts('stack overflow') ? 'stack' : 'throws';
}

const kindWords = {
  memory: ({ memoryBytes }: SandboxLimits) => `used up its memory of ${memoryBytes / 2 ** 20} MB`,
  stack: () => 'functions call each other too deeply; a recursion may never end',
};
const threwNull = 'threw null';

const unreadable = 'threw an object that cannot be read';

/** One call in one context. */
class Call {
  constructor(
    private readonly context: QuickJSContext,
    private readonly limits: SandboxLimits,
    private readonly batch: Allowance,
    private readonly own = new Allowance('one call', limits.callSteps, limits.callMilliseconds),
  ) {}

  run(source: string, input: RewardInput): RewardOutcome {
    const { context } = this;
    const guest = context.unwrapResult(context.evalCode(guestSource, 'guest.js', { type: 'global', strict: true }));
    const explain = context.getProp(guest, 'explain');
    const call = context.getProp(guest, 'call');
    context.runtime.setInterruptHandler(() => [this.own.poll(), this.batch.poll()].includes(true));
    const outcome = this.called(source, input, call, explain);
    for (const handle of [guest, explain, call]) handle.dispose();
    return outcome;
  }

  private called(source: string, input: RewardInput, call: QuickJSHandle, explain: QuickJSHandle): RewardOutcome {
    const { context } = this;
    const defined = context.evalCode(source, rewardFile, { type: 'global' });
    if (defined.error) return this.explained(defined.error, explain, true);
    defined.value.dispose();
    // Found by evaluating its name: a `const` at the top is no property of the global object.
    const found = context.evalCode(`typeof reward === 'function' ? reward : undefined`, 'guest.js', { type: 'global' });
    if (found.error) return this.explained(found.error, explain, false);
    const isFunction = context.typeof(found.value) === 'function';
    const json = context.newString(JSON.stringify(input));
    const outcome = isFunction
      ? this.outcome(context.callFunction(call, context.undefined, found.value, json), explain)
      : failed('result', 'no function named reward; write function reward({ completion }) { … }');
    found.value.dispose();
    json.dispose();
    return outcome;
  }

  /** What a marked text noted last; 0 where it is not marked. */
  mark(): number {
    this.context.runtime.removeInterruptHandler();
    const { context } = this;
    return context
      .getProp(context.global, lineMark)
      .consume((handle) => (context.typeof(handle) === 'number' ? context.getNumber(handle) : 0));
  }

  private outcome(result: VmCallResult<QuickJSHandle>, explain: QuickJSHandle): RewardOutcome {
    if (result.error) return this.explained(result.error, explain, false);
    const { context, limits } = this;
    return result.value.consume((value) => {
      if (context.typeof(value) !== 'number')
        return failed('result', `reward gave ${context.getString(value)}, not a number`);
      const reward = context.getNumber(value);
      if (!Number.isFinite(reward)) return failed('result', `reward gave ${reward}, not a finite number`);
      if (Math.abs(reward) > limits.largestReward)
        return failed(
          'result',
          `reward gave ${reward}; it has to lie within ±${limits.largestReward.toLocaleString('en')}`,
        );
      return { reward };
    });
  }

  private explained(thrown: QuickJSHandle, explain: QuickJSHandle, defining: boolean): { failure: RewardFailure } {
    const { context, limits } = this;
    // Room to tell of a shortage.
    context.runtime.setMemoryLimit(limits.memoryBytes + 2 ** 20);
    const told = context.callFunction(explain, context.undefined, thrown);
    thrown.dispose();
    const words = (told.error ?? told.value).consume((handle) => (told.error ? unreadable : context.getString(handle)));
    // Asked last, since looking at what was thrown can itself go on for ever.
    const spent = this.own.spent ?? this.batch.spent;
    if (spent !== null) return failed('timeout', spent);
    const [message = '', stack = ''] = words.split(/\n(.*)/s);
    const kind = defining && message.startsWith('SyntaxError: ') ? 'syntax' : kindOf(message);
    const { line, column } = placeIn(stack);
    return failed(kind, kind === 'memory' || kind === 'stack' ? kindWords[kind](limits) : message, line, column);
  }
}

export class QuickJsSandbox implements RewardSandbox {
  private readonly quickJs = new QuickJs();

  constructor(private readonly limits: SandboxLimits = sandboxLimits) {}

  /** Resolves when the first call can be made without waiting for a download. */
  async ready(): Promise<void> {
    await this.quickJs.ready();
  }

  async score(
    source: string,
    inputs: readonly RewardInput[],
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

  dispose(): void {}

  /** The outcome of one call, with the line found by a second, marked call where the first does not tell it. */
  private async placed(source: string, input: RewardInput, batch: Allowance): Promise<RewardOutcome> {
    const { outcome } = await this.call(source, input, batch);
    if (
      !('failure' in outcome) ||
      outcome.failure.line !== null ||
      !['timeout', 'throws'].includes(outcome.failure.kind)
    )
      return outcome;
    // Where this code does not arrive, the failure is told without its line.
    const marks = await import('./marks.ts').catch(() => null);
    if (!marks) return outcome;
    const { mark } = await this.call(marks.markLines(source), input, batch);
    const line = mark === 0 ? null : Math.abs(mark);
    // Where there is no memory left for an error, QuickJS throws null.
    const isShortage = outcome.failure.message === threwNull && mark >= 0;
    return isShortage
      ? failed('memory', kindWords.memory(this.limits), line)
      : { failure: { ...outcome.failure, line } };
  }

  private async call(
    source: string,
    input: RewardInput,
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
      // The stack of this thread ended before QuickJS noticed, or its memory broke.
      const kind = error instanceof RangeError || /recursion/.test(String(error)) ? 'stack' : 'memory';
      return { outcome: failed(kind, kindWords[kind](limits)), mark: 0 };
    }
  }
}
