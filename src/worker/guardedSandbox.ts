/**
 * @file A sandbox in its own thread, which is terminated if a call does not return: QuickJS counts the steps of the
 * user's code, but not those inside a built-in function (`[].concat(Array(4e9))`).
 */
import {
  type FailureKind,
  type SandboxInput,
  type RewardOutcome,
  rewardOutcomeSchema,
  type RewardSandbox,
} from '../rl/sandbox/rewardFunction.ts';
import { UsageError } from '../lib/assert.ts';
import { within } from '../lib/within.ts';
import { errorData } from './errors.ts';
import type { Port } from './port.ts';
import { proxyOf } from './proxy.ts';
import { WorkerError } from './workerError.ts';
import type { SandboxHost } from './sandboxHost.ts';

export interface Patience {
  /**
   * Longest time without an outcome, ms; above the limit of one call plus the second call that locates its failing
   * line.
   */
  readonly silence: number;
  /** Longest time to load a thread, ms. */
  readonly loading: number;
  /** Longest time to read a Parquet file, ms. */
  readonly reading: number;
  /** Threads that may be terminated in one batch; then its remaining calls are skipped. */
  readonly threads: number;
}

const usualPatience: Patience = { silence: 6_000, loading: 60_000, reading: 30_000, threads: 2 };

const failed = (kind: FailureKind, message: string): RewardOutcome => ({
  failure: { kind, line: null, column: null, message },
});

const endedByForce = (silence: number): RewardOutcome =>
  failed(
    'timeout',
    `ended by force after ${silence / 1000} s in one call; a built-in function was given too much to do`,
  );
const notCalled = failed('timeout', 'not called: too many calls before it had to be ended by force');
const endedByItself = failed('memory', 'the sandbox ended without a word, perhaps for want of memory');

/** A thread, and the listener for the outcomes of the current batch. */
interface Thread {
  readonly port: Port;
  readonly host: SandboxHost;
  hear: (outcome: RewardOutcome) => void;
}

export class GuardedSandbox implements RewardSandbox {
  private thread: Promise<Thread> | null = null;

  /** `start` starts a thread that serves a `SandboxHost`. */
  constructor(
    private readonly start: () => Port,
    private readonly patience: Patience = usualPatience,
  ) {}

  async score(
    source: string,
    inputs: readonly SandboxInput[],
    onOutcome: (outcome: RewardOutcome) => void = () => {},
  ): Promise<readonly RewardOutcome[]> {
    const outcomes: RewardOutcome[] = [];
    const take = (outcome: RewardOutcome) => {
      outcomes.push(outcome);
      onOutcome(outcome);
    };
    for (let ended = 0; ended < this.patience.threads && outcomes.length < inputs.length; ended++) {
      const why = await this.scored(source, inputs.slice(outcomes.length), take);
      if (why !== null) take(why);
    }
    while (outcomes.length < inputs.length) take(notCalled);
    return outcomes;
  }

  async tryParquet(bytes: Uint8Array): Promise<void> {
    this.thread ??= this.begun();
    const { host } = await this.thread;
    try {
      await within(this.patience.reading, 'no answer', host.tryParquet(bytes));
    } catch (cause) {
      if (cause instanceof UsageError || (cause instanceof Error && cause.name === 'UsageError'))
        throw new UsageError(cause.message, { cause });
      this.dispose();
      throw new UsageError('it is no Parquet file that can be read', { cause });
    }
  }

  dispose(): void {
    void this.thread?.then(
      ({ port }) => port.close(),
      () => {},
    );
    this.thread = null;
  }

  /** Scores in the current thread; returns null, or the failure of the call during which the thread ended. */
  private async scored(
    source: string,
    inputs: readonly SandboxInput[],
    take: (outcome: RewardOutcome) => void,
  ): Promise<RewardOutcome | null> {
    const { silence } = this.patience;
    this.thread ??= this.begun();
    const thread = await this.thread;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<RewardOutcome | null>((resolve, reject) => {
        const wait = () => {
          clearTimeout(timer);
          timer = setTimeout(() => resolve(endedByForce(silence)), silence);
        };
        thread.hear = (outcome) => {
          wait();
          take(outcome);
        };
        wait();
        thread.host.score(source, inputs).then(() => resolve(null), reject);
      }).then((why) => {
        if (why !== null) this.dispose();
        return why;
      });
    } catch (error) {
      if (!(error instanceof WorkerError) || error.code !== 'worker-died') throw error;
      this.dispose();
      return endedByItself;
    } finally {
      clearTimeout(timer);
      thread.hear = () => {};
    }
  }

  /** A thread with its WebAssembly loaded; rejects if loading fails. */
  private async begun(): Promise<Thread> {
    const port = this.start();
    const host = proxyOf<SandboxHost>(port, (event) => thread.hear(rewardOutcomeSchema.parse(event)));
    const thread: Thread = { port, host, hear: () => {} };
    try {
      await within(this.patience.loading, 'it did not load', host.load());
      return thread;
    } catch (cause) {
      this.thread = null;
      port.close();
      throw new WorkerError(
        'sandbox-failed',
        `the sandbox for reward terms could not be started: ${errorData(cause).message}`,
        { cause },
      );
    }
  }
}
