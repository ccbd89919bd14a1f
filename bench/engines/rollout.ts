/** @file Rollout as an engine, on Node or in a worker: driven through the interfaces of its learner and trainer. */
import { present } from '../../src/lib/assert.ts';
import { adamWDefaults } from '../../src/engine/optim/adamw.ts';
import type { Learner } from '../../src/rl/learner/learner.ts';
import type { SlotState } from '../../src/rl/learner/state.ts';
import type { RunSnapshot, StepReport, Trainer } from '../../src/rl/run/trainer.ts';
import type { GradientBatch, RolloutBatch } from '../../src/rl/trajectory/tokens.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { decodeBatch, extent, rates, trainBatch } from '../work/batches.ts';
import type { Work } from '../work/read.mjs';
import { stepConfig } from '../work/spec.ts';
import { STEPS } from '../work/steps.ts';
import { type Answers, type Kind, kinds, type EngineFacts, type Timed } from './engine.ts';

export interface RolloutParts {
  readonly learner: Learner;
  readonly trainer: Trainer;
  readonly work: Work;
  readonly workers: number;
  /** Resolves once every lane has compiled its graphs; `alone` is `bytesCompiled` of the first lane. */
  readonly joined: (statistics: () => Promise<Counters>, alone: number) => Promise<void>;
}

export type Counters = Readonly<Record<string, number>>;

const floats = (work: Work, name: string): Float32Array => present(work.arrays[name], name).data as Float32Array;

const stateOf = (work: Work, prefix: string, updates: number): SlotState => ({
  parameters: floats(work, `${prefix}.parameters`),
  optimizer: {
    firstMoment: floats(work, `${prefix}.firstMoment`),
    secondMoment: floats(work, `${prefix}.secondMoment`),
  },
  updates,
});

export class RolloutEngine {
  private readonly batch: GradientBatch;
  private readonly state: SlotState;
  /** The run before the first recorded step. */
  private snapshot: RunSnapshot | null = null;

  constructor(private readonly parts: RolloutParts) {
    const { work } = parts;
    const batch = trainBatch(work.config);
    this.batch = { ...batch, arrays: { ...batch.arrays, oldLogProbs: floats(work, 'train.oldLogProbs') } };
    this.state = stateOf(work, 'state', STEPS.first);
  }

  async facts(): Promise<EngineFacts> {
    return { versions: this.parts.learner.info.description, threads: this.parts.workers, kinds };
  }

  async answers(): Promise<Answers> {
    const { learner } = this.parts;
    await this.begin();
    const { loss } = await learner.gradient(this.batch);
    // Without clipping the first moment, zero before, is (1 - beta1) times the gradient.
    await learner.update({ ...rates, maxGradNorm: 1e9 });
    const { optimizer } = await this.policy();
    const gradient = present(optimizer.firstMoment, 'firstMoment').map((m) => m / (1 - adamWDefaults.beta1));
    await this.begin();
    await learner.gradient(this.batch);
    await learner.update(rates);
    const updated = (await this.policy()).parameters;
    await this.begin();
    const [greedy, sampled] = [await this.decode(0), await this.decode(1)];
    return {
      loss,
      gradient: [...gradient],
      updated: [...updated],
      greedy: [...greedy],
      sampled: [...sampled],
      step: await this.stepAnswers(),
    };
  }

  async time(kind: Kind, repetitions: number): Promise<Timed> {
    if (kind === 'step') return this.timeSteps(repetitions);
    const { learner } = this.parts;
    const milliseconds: number[] = [];
    await this.begin();
    for (let i = 0; i < repetitions; i++) {
      const start = performance.now();
      if (kind === 'sample' || kind === 'greedy') await this.decode(kind === 'sample' ? 1 : 0);
      else await learner.gradient(this.batch);
      if (kind === 'trainUpdate') await learner.update(rates);
      const steps = kind === 'sample' || kind === 'greedy' ? extent.steps : 1;
      milliseconds.push((performance.now() - start) / steps);
      // A gathered gradient would be added to the next one.
      if (kind === 'train') await this.begin();
    }
    return { milliseconds };
  }

  private async stepAnswers(): Promise<NonNullable<Answers['step']>> {
    const { trainer } = this.parts;
    await this.rewind();
    const report = await trainer.step();
    const completions = report.groups.flatMap((group) => group.completions);
    const { completionLength, padId } = this.parts.work.step;
    return {
      tokens: completions.flatMap(({ tokenIds }) => [
        ...tokenIds,
        ...Array<number>(completionLength - tokenIds.length).fill(padId),
      ]),
      rewards: completions.map(({ reward }) => reward ?? NaN),
      parameters: [...(await trainer.adapter())],
    };
  }

  private async timeSteps(repetitions: number): Promise<Timed> {
    await this.rewind();
    const milliseconds: number[] = [];
    const parts = { rollout: 0, score: 0, update: 0 };
    for (let i = 0; i < repetitions; i++) {
      if (i > 0 && i % STEPS.count === 0) await this.rewind();
      const start = performance.now();
      const { metrics }: StepReport = await this.parts.trainer.step();
      milliseconds.push(performance.now() - start);
      for (const name of ['rollout', 'score', 'update'] as const) parts[name] += 1000 * (metrics[`time/${name}`] ?? 0);
    }
    return { milliseconds, parts };
  }

  /** Goes back to the run before the first recorded step; the first call trains up to it. */
  private async rewind(): Promise<void> {
    const { trainer, workers, learner, joined } = this.parts;
    if (this.snapshot) return trainer.restore(this.snapshot);
    const { backend } = learner.info;
    await trainer.open(stepConfig(), { backend, workers });
    const alone = (await trainer.statistics()).bytesCompiled ?? 0;
    for (let step = 0; step < STEPS.first; step++) await trainer.step();
    // Backends differ in rounding; all go on from the state that Node had.
    const before = stateOf(this.parts.work, 'step.before', STEPS.first);
    this.snapshot = { ...(await trainer.snapshot()), state: { [policySlot]: before } };
    await joined(() => trainer.statistics(), alone);
    await trainer.restore(this.snapshot);
  }

  private begin(): Promise<void> {
    return this.parts.learner.restore({ [policySlot]: this.state });
  }

  private async policy(): Promise<SlotState> {
    return present((await this.parts.learner.state())[policySlot], policySlot);
  }

  private async decode(temperature: number): Promise<Int32Array> {
    const { work, learner } = this.parts;
    const batch: RolloutBatch = {
      ...decodeBatch(work.config, temperature, 1),
      uniforms: floats(work, 'decode.uniforms'),
    };
    const { tokenIds, lengths } = await learner.sample(batch);
    if (lengths.some((length) => length !== extent.steps)) throw new Error('a row ended before the last step');
    return tokenIds;
  }
}
