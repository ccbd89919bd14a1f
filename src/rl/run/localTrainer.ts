/** @file The trainer in this thread: owns a run from `open` to `dispose`, and its loop of steps. */
import { SerialQueue } from '../../engine/runtime/queue.ts';
import { assert, present } from '../../lib/assert.ts';
import { CHECKPOINT_EVERY, type LiveChanges, type TrainConfig } from '../config/config.ts';
import { configAt } from '../algorithm/settingValues.ts';
import { readDistributions } from './distributions.ts';
import { forkedSnapshot } from './fork.ts';
import { failureOf, isFatal, keptAdapter, LostError } from './failure.ts';
import { openRun } from './openRun.ts';
import { checkedConfig, readPolicy, type Run, surroundingsOf, type TrainerEnvironment } from './run.ts';
import { taskById } from '../../tasks/index.ts';
import { type Files, openOwnTask } from '../sandbox/ownTask.ts';
import { noSandbox, type RewardSandbox } from '../sandbox/rewardFunction.ts';
import type { StoreSummary, RolloutFile } from '../store/storeFile.ts';
import { rolloutFileOf } from './rolloutFile.ts';
import { readRolloutFile } from '../store/namedStore.ts';
import {
  adjustRun,
  askBoth,
  contextOf,
  evaluateRun,
  type Evaluated,
  moveRun,
  type Place,
  profileRun,
  snapshotOf,
  trainRunStep,
} from './runWork.ts';
import { checkFit } from './ownFit.ts';
import type { River, RiverQuery } from '../river/river.ts';
import type { OneUpdate, UpdateQuery } from './updateReport.ts';
import { runRiver } from './runRiver.ts';
import type { DifficultyProfile } from './profile.ts';
import { checkedSnapshot, readSnapshot } from './snapshot.ts';
import {
  enterNextStage,
  inStageOf,
  isFinished,
  isJudged,
  isLastStage,
  judge,
  stageEnd,
  type StageEnd,
  stageIn,
  stepsDone,
} from './stages.ts';
import type { Memory } from '../words/memory.ts';
import type { StepContext } from '../step/context.ts';
import type {
  Answer,
  AskOptions,
  DistributionsQuery,
  EvaluationReport,
  Listen,
  OpenOptions,
  RunInfo,
  RunSnapshot,
  Status,
  StepReport,
  TokenDistribution,
  Trainer,
  TrainerEvent,
} from './trainer.ts';
import { baseSlot, policySlot } from '../words/slots.ts';

export { checkedConfig, type TrainerEnvironment } from './run.ts';

export class LocalTrainer implements Trainer {
  private run: Run | null = null;
  private looping: Promise<void> | null = null;
  private pauseAsked = false;
  private profileStopped = false;
  private readonly listeners = new Set<(event: TrainerEvent) => void>();
  /** Runs commands in the order of their calls. */
  private readonly commands = new SerialQueue();
  /** Serialises the learner's work: a step, or between two steps an answer, an evaluation or a snapshot. */
  private readonly work = new SerialQueue();

  constructor(private readonly environment: TrainerEnvironment) {}

  readonly listen: Listen = (listener) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  open(config: TrainConfig, options: OpenOptions, files: Files = {}): Promise<RunInfo> {
    return this.standing(async () => {
      await this.close();
      this.become('loading');
      const sandbox = this.newSandbox();
      try {
        const run = await openRun(
          this.environment,
          checkedConfig(config),
          options,
          (label, loadedBytes, totalBytes) => this.emit({ type: 'loading', label, loadedBytes, totalBytes }),
          files,
          sandbox,
        );
        this.run = run;
        this.watch(run);
        this.become('ready');
        return run.info;
      } catch (error) {
        sandbox.dispose();
        this.fail(error, 'Nothing was lost: no run was open.');
        throw error;
      }
    });
  }

  start(): Promise<void> {
    return this.commands.push(async () => {
      const run = this.living();
      if (this.looping) return;
      this.pauseAsked = false;
      this.become('running');
      this.looping = this.loop(run).finally(() => {
        this.looping = null;
      });
    });
  }

  pause(): Promise<void> {
    return this.standing(async () => {});
  }

  step(): Promise<StepReport> {
    return this.commands.push(async () => {
      const run = this.living();
      assert(!this.looping, 'step: pause first');
      this.become('running');
      try {
        const report = await this.work.push(() => this.commitStep(run));
        this.becomeStanding(run);
        return report;
      } catch (error) {
        await this.failRun(run, error);
        throw error;
      }
    });
  }

  reset(): Promise<void> {
    return this.standing(() => this.goTo({}, (run) => ({ state: run.initial, step: 0, tokens: 0, memory: {} })));
  }

  restore(snapshot: RunSnapshot, asFork = false): Promise<void> {
    return this.standing(() =>
      this.goTo(readSnapshot(snapshot).memory, (run) =>
        asFork
          ? forkedSnapshot(snapshot, run)
          : checkedSnapshot(snapshot, {
              config: run.whole,
              policyHash: run.policyHash,
              slots: run.learner.info.slots,
            }),
      ),
    );
  }

  adjust(changes: LiveChanges): Promise<void> {
    return this.commands.push(async () => {
      adjustRun(this.living(), changes);
    });
  }

  /** `wide`: on all difficulties of the task, and with the divergence from the base. */
  evaluate(problems: number, samplesPerProblem: number, wide = false): Promise<EvaluationReport> {
    return this.work.push(() => evaluateRun(this.living(), problems, samplesPerProblem, undefined, wide));
  }

  async checkTask(task: string, policy: string, files: Files): Promise<void> {
    await openOwnTask(task, files);
    checkFit(taskById(task), (await readPolicy(this.environment, policy)).checkpoint);
  }

  profile(): Promise<DifficultyProfile | null> {
    this.profileStopped = false;
    const run = this.living();
    const { learner } = run;
    return profileRun(run, {
      turn: (work) => this.work.push(work),
      stop: () => this.profileStopped || this.run !== run || run.learner !== learner,
      onProgress: (done, total) => this.emit({ type: 'profile', done, total }),
    });
  }

  async stopProfile(): Promise<void> {
    this.profileStopped = true;
  }

  ask(prompt: string, options: AskOptions): Promise<{ base: readonly Answer[]; tuned: readonly Answer[] }> {
    return this.work.push(async () => askBoth(this.living(), prompt, options));
  }

  distributions(query: DistributionsQuery): Promise<readonly TokenDistribution[]> {
    return this.work.push(() => {
      const run = this.living();
      const { lengths, learner, tokenizer, config, algorithm, nextStep } = run;
      const { temperature } = configAt(algorithm, config, nextStep - 1);
      return readDistributions({ ...lengths, learner, tokenizer, temperature, newest: stepsDone(run) - 1 }, query);
    });
  }

  river(query: RiverQuery): Promise<River> {
    return this.work.push(() => runRiver(this.living(), query, () => this.environment.now()));
  }

  oneUpdate(query: UpdateQuery): Promise<OneUpdate> {
    return this.work.push(async () => {
      // Loaded on demand: few runs are compared.
      const { oneUpdate } = await import('./oneUpdate.ts');
      return oneUpdate(this.living(), this.environment, query, () => this.environment.now());
    });
  }

  snapshot(): Promise<RunSnapshot> {
    return this.work.push(() => snapshotOf(this.opened()));
  }

  rollouts(writer: string): Promise<RolloutFile> {
    return this.work.push(() => {
      const run = this.living();
      return rolloutFileOf(run, this.contextOf(run), writer);
    });
  }

  async readRollouts(file: Uint8Array, config: TrainConfig): Promise<StoreSummary> {
    const checked = checkedConfig(config);
    const { checkpoint } = await readPolicy(this.environment, checked.policy);
    // The sandbox of the run may be at work for a step.
    const sandbox = this.newSandbox();
    try {
      return (await readRolloutFile(file, surroundingsOf(checked, checkpoint, sandbox))).summary;
    } finally {
      sandbox.dispose();
    }
  }

  adapter(): Promise<Float32Array> {
    return this.work.push(async () =>
      present((await this.opened().learner.state())[policySlot], 'the policy').parameters.slice(),
    );
  }

  /** The stage of the last step, from 0, what ended it, and whether the run ends with it. */
  stage(): { readonly index: number; readonly ended: StageEnd | null; readonly isLast: boolean } {
    const run = this.opened();
    return { index: stageIn(run.memory).index, ended: stageEnd(run), isLast: isLastStage(run) };
  }

  statistics(): Promise<Readonly<Record<string, number>>> {
    return this.work.push(() => this.living().learner.statistics());
  }

  dispose(): Promise<void> {
    return this.standing(async () => {
      await this.close();
      this.become('empty');
    });
  }

  /** A command that needs a paused loop: requests a pause at once, and acts in its turn, after the step in flight. */
  private standing<T>(command: () => Promise<T>): Promise<T> {
    this.askPause();
    return this.commands.push(async () => {
      // A `start` queued before this command has begun meanwhile.
      this.askPause();
      await this.looping;
      return command();
    });
  }

  private askPause(): void {
    if (!this.looping || this.pauseAsked) return;
    this.pauseAsked = true;
    this.become('pausing');
  }

  private async loop(run: Run): Promise<void> {
    try {
      while (!this.pauseAsked && !isFinished(run)) {
        await this.work.push(() => this.commitStep(run));
        await (this.environment.turn?.() ?? new Promise<void>((resume) => void setTimeout(resume, 0)));
      }
      await this.work.push(() => this.checkpoint(run));
      this.becomeStanding(run);
    } catch (error) {
      await this.failRun(run, error);
    }
  }

  /** Runs and commits the step, and evaluates if due. */
  private async commitStep(run: Run): Promise<StepReport> {
    if (run.dead) throw run.dead;
    if (stageEnd(run) && !isLastStage(run)) await this.beginNextStage(run);
    const isFirst = stepsDone(run) === 0;
    const report = await trainRunStep(run, this.contextOf(run));
    this.emit({ type: 'step', report });
    const judged = isJudged(run);
    // Before the checkpoint, which holds the outcome.
    if (judged) judge(run, await this.evaluateInRun(run));
    const ended = stageEnd(run) !== null;
    if (stepsDone(run) % CHECKPOINT_EVERY === 0 || (ended && !isLastStage(run))) await this.checkpoint(run);
    const { evalEvery } = run.config;
    // The policy of step 0 is the base, so its accuracy can wait until the first step is on the screen.
    if (evalEvery > 0 && isFirst) await this.evaluateInRun(run, { slot: baseSlot, step: 0 });
    if (evalEvery > 0 && !judged && (run.nextStep % evalEvery === 0 || ended)) await this.evaluateInRun(run);
    return report;
  }

  private async beginNextStage(run: Run): Promise<void> {
    await enterNextStage(run);
    this.watch(run);
  }

  private contextOf(run: Run): StepContext {
    return contextOf(run, () => this.environment.now());
  }

  private async evaluateInRun(run: Run, of?: Evaluated): Promise<EvaluationReport> {
    const report = await evaluateRun(run, run.config.evalProblems, 1, of);
    this.emit({ type: 'evaluation', report });
    return report;
  }

  /** Only with listeners, since it costs a read-back on the GPU. */
  private async checkpoint(run: Run): Promise<void> {
    if (this.listeners.size === 0 || run.checkpointed === stepsDone(run)) return;
    const snapshot = await snapshotOf(run);
    run.checkpointed = snapshot.step;
    this.emit({ type: 'checkpoint', snapshot });
  }

  /** Moves the run to a place whose memory is known before it is read for the learner of its stage. */
  private goTo(memory: Memory, target: (run: Run) => Place): Promise<void> {
    return this.work.push(async () => {
      const run = this.living();
      const { learner } = run;
      await inStageOf(run, memory, () => moveRun(run, target(run)));
      if (run.learner !== learner) this.watch(run);
      this.become(stepsDone(run) === 0 ? 'ready' : 'paused');
    });
  }

  private newSandbox(): RewardSandbox {
    return this.environment.createSandbox?.() ?? noSandbox;
  }

  private opened(): Run {
    return present(this.run, 'an open run');
  }

  private living(): Run {
    const run = this.opened();
    if (run.dead) throw run.dead;
    return run;
  }

  private async close(): Promise<void> {
    await this.work.push(async () => {
      const run = this.run;
      this.run = null;
      run?.sandbox.dispose();
      try {
        await run?.learner.dispose();
      } catch (error) {
        // A dead learner cannot be ended properly.
        if (!run?.dead) throw error;
      }
    });
  }

  private watch(run: Run): void {
    const { learner } = run;
    void learner.lost.then((reason) => {
      if (this.run === run && run.learner === learner)
        return this.failRun(run, new LostError(run.info.backend === 'webgpu' ? 'device-lost' : 'worker-died', reason));
    });
  }

  /** Reports a failure, unless the run is already dead. */
  private async failRun(run: Run, error: unknown): Promise<void> {
    if (run.dead) return;
    if (isFatal(error)) {
      run.dead = error instanceof Error ? error : new Error(String(error));
      // With lanes the adapter is still here; on a lost GPU it is gone.
      await this.work.push(() => this.checkpoint(run)).catch(() => {});
    }
    this.fail(error, keptAdapter(run.dead ? run.checkpointed : stepsDone(run)));
  }

  private becomeStanding(run: Run): void {
    this.become(isFinished(run) ? 'finished' : 'paused');
  }

  private become(status: Status): void {
    this.emit({ type: 'status', status });
  }

  private fail(error: unknown, kept: string): void {
    this.emit({ type: 'error', error: failureOf(error, kept) });
    this.become('failed');
  }

  private emit(event: TrainerEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
