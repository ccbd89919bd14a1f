/** @file One call of a user's function in one QuickJS context, with its limits and its outcome. */
import type { QuickJSContext, QuickJSHandle, VmCallResult } from 'quickjs-emscripten-core';
import { guestSource, lineMark, rewardFile } from './guest.ts';
import type { FailureKind, RewardFailure, RewardOutcome, SandboxInput, SandboxLimits } from './rewardFunction.ts';

/** QuickJS calls the interrupt handler once per this many loop iterations and function calls. */
const STEPS_PER_POLL = 10_000;

/** Counts the steps and the time of a call or of a batch. */
export class Allowance {
  private steps = 0;
  private readonly start = performance.now();
  /** The limit that was reached, as a sentence, or null. */
  spent: string | null = null;

  constructor(
    private readonly what: string,
    private readonly mostSteps: number,
    private readonly mostMilliseconds: number,
  ) {}

  /** Adds the steps of one poll; true once a limit is reached. */
  poll(): boolean {
    this.steps += STEPS_PER_POLL;
    if (this.steps > this.mostSteps)
      this.spent ??= `stopped after ${this.mostSteps.toLocaleString('en')} steps in ${this.what}; a loop may never end`;
    return this.check();
  }

  /** True once a limit is reached. */
  check(): boolean {
    if (performance.now() - this.start > this.mostMilliseconds)
      this.spent ??= `stopped after ${this.mostMilliseconds / 1000} s in ${this.what}`;
    return this.spent !== null;
  }
}

export const failed = (
  kind: FailureKind,
  message: string,
  line: number | null = null,
  column: number | null = null,
): { failure: RewardFailure } => ({
  failure: { kind, line, column, message },
});

/** Place of the newest frame of the user's text in a stack trace. */
function placeIn(stack: string): { line: number | null; column: number | null } {
  const [, line, column] = new RegExp(`${rewardFile}:(\\d+):(\\d+)`).exec(stack) ?? [];
  return { line: line ? Number(line) : null, column: column ? Number(column) : null };
}

/** Kind of a failure from the message of QuickJS. */
function kindOf(message: string): FailureKind {
  const starts = (...words: readonly string[]) => words.some((word) => message.startsWith(`InternalError: ${word}`));
  if (starts('out of memory', 'string too long')) return 'memory';
  return starts('stack overflow') ? 'stack' : 'throws';
}

export const kindWords = {
  memory: ({ memoryBytes }: SandboxLimits) => `used up its memory of ${memoryBytes / 2 ** 20} MB`,
  stack: () => 'functions call each other too deeply; a recursion may never end',
};
export const threwNull = 'threw null';

const unreadable = 'threw an object that cannot be read';

/** One call in one context. */
export class Call {
  constructor(
    private readonly context: QuickJSContext,
    private readonly limits: SandboxLimits,
    private readonly batch: Allowance,
    private readonly own = new Allowance('one call', limits.callSteps, limits.callMilliseconds),
  ) {}

  run(source: string, input: SandboxInput): RewardOutcome {
    const { context } = this;
    const guest = context.unwrapResult(context.evalCode(guestSource, 'guest.js', { type: 'global', strict: true }));
    const explain = context.getProp(guest, 'explain');
    const call = context.getProp(guest, 'call');
    context.runtime.setInterruptHandler(() => [this.own.poll(), this.batch.poll()].includes(true));
    const outcome = this.called(source, input, call, explain);
    for (const handle of [guest, explain, call]) handle.dispose();
    return outcome;
  }

  private called(source: string, input: SandboxInput, call: QuickJSHandle, explain: QuickJSHandle): RewardOutcome {
    const { context } = this;
    const defined = context.evalCode(source, rewardFile, { type: 'global' });
    if (defined.error) return this.explained(defined.error, explain, true);
    defined.value.dispose();
    // Looked up by evaluating its name: a top-level `const` is not a property of the global object.
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

  /** The last mark that a marked source assigned; 0 without marks. */
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
        return failed('result', `it gave ${context.getString(value)}, not a number`);
      const reward = context.getNumber(value);
      if (!Number.isFinite(reward)) return failed('result', `it gave ${reward}, not a finite number`);
      if (Math.abs(reward) > limits.largestReward)
        return failed(
          'result',
          `it gave ${reward}; it has to lie within ±${limits.largestReward.toLocaleString('en')}`,
        );
      return { reward };
    });
  }

  private explained(thrown: QuickJSHandle, explain: QuickJSHandle, defining: boolean): { failure: RewardFailure } {
    const { context, limits } = this;
    // Memory to describe a failure that a full memory caused.
    context.runtime.setMemoryLimit(limits.memoryBytes + 2 ** 20);
    const explanation = context.callFunction(explain, context.undefined, thrown);
    thrown.dispose();
    const words = (explanation.error ?? explanation.value).consume((handle) =>
      explanation.error ? unreadable : context.getString(handle),
    );
    // Read last: `explain` can itself run into a limit.
    const spent = this.own.spent ?? this.batch.spent;
    if (spent !== null) return failed('timeout', spent);
    const [message = '', stack = ''] = words.split(/\n(.*)/s);
    const kind = defining && message.startsWith('SyntaxError: ') ? 'syntax' : kindOf(message);
    const { line, column } = placeIn(stack);
    return failed(kind, kind === 'memory' || kind === 'stack' ? kindWords[kind](limits) : message, line, column);
  }
}
