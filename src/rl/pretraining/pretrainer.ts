/** @file Full-parameter training of a base on demonstrations: forward pass, gradient and AdamW in one ONNX model. */
import { grad } from '../../engine/autodiff/grad.ts';
import { constant, input, mul, neg, reduceSum } from '../../engine/graph/index.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { adamW, adamWDefaults, corrections } from '../../engine/optim/adamw.ts';
import { warmupStableDecay } from '../../engine/optim/schedule.ts';
import type { DeviceTensor, HostTensor, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { type PolicyConfig, weightNames } from '../../policy/config.ts';
import { flatten, trainableParameters, unflatten, weightLayout } from '../../policy/parameters.ts';
import type { DenseWeight } from '../../policy/quantize.ts';
import { score } from '../../policy/score.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { demonstrationBatch, longestDemonstration } from './demonstrations.ts';
import type { Recipe } from './recipe.ts';

/** Complete state of a pretraining run: resuming from it is exact. */
export interface PretrainingState {
  readonly step: number;
  readonly parameters: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
}

const vectors = ['parameters', 'firstMoment', 'secondMoment'] as const;
/** Output names must differ from those of the inputs that they replace. */
const nextNames = <T>(state: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [`next.${name}`, value]));

type Vectors = Record<(typeof vectors)[number], DeviceTensor>;

/**
 * Norms 1; linear maps N(0, 1/in), scaled by 1/sqrt(2 layers) if they write into the residual stream (GPT-2); embedding
 * N(0, 0.02^2).
 */
export function initialWeights(config: PolicyConfig, seed: number): Float32Array {
  const { segments, size } = weightLayout(config);
  const flat = new Float32Array(size);
  const kinds = new Map(weightNames(config).map(({ name, kind }) => [name, kind]));
  for (const { name, offset, shape } of segments) {
    const count = shape.reduce((a, b) => a * b, 1);
    const kind = kinds.get(name);
    const residual = name.endsWith('.o') || name.endsWith('.down');
    const deviation =
      kind === 'embedding' ? 0.02 : (residual ? 1 / Math.sqrt(2 * config.layers) : 1) / Math.sqrt(shape[0] as number);
    const stream = random(seed, 'initial weights', name);
    for (let i = 0; i < count; i++) flat[offset + i] = kind === 'norm' ? 1 : stream.normal() * deviation;
  }
  return flat;
}

function buildStep({ policy, schedule }: Recipe, length: number) {
  const { segments, size } = weightLayout(policy);
  const state = {
    parameters: input('parameters', [size]),
    firstMoment: input('firstMoment', [size]),
    secondMoment: input('secondMoment', [size]),
  };
  const values = unflatten(state.parameters, segments);
  const tokenIds = input('tokenIds', [schedule.batch, length], 'int');
  const { logProbs } = score(policy, trainableParameters(values), tokenIds, constant([1], []));
  const loss = neg(reduceSum(mul(logProbs, input('weights', [schedule.batch, length - 1]))));
  const gradient = flatten(grad(loss, [...values.values()]));
  const rates = {
    learningRate: input('learningRate', []),
    maxGradNorm: constant([schedule.maxGradNorm], []),
    firstCorrection: input('firstCorrection', []),
    secondCorrection: input('secondCorrection', []),
  };
  const { gradNorm, ...next } = adamW(state, gradient, rates, { ...adamWDefaults, weightDecay: schedule.weightDecay });
  return compile('pretrain', { loss, gradNorm, ...nextNames(next) });
}

/** Trains a recipe from a seed; (recipe, seed) determines the losses on a machine, resumed or not. */
export class Pretrainer {
  private spare: Vectors;

  private constructor(
    private readonly recipe: Recipe,
    private readonly tokenizer: Tokenizer,
    private readonly seed: number,
    private readonly program: Program,
    private readonly length: number,
    private current: Vectors,
    spare: Vectors,
    private step: number,
  ) {
    this.spare = spare;
  }

  static async create(
    runtime: Runtime,
    recipe: Recipe,
    tokenizer: Tokenizer,
    seed: number,
    resume?: PretrainingState,
  ): Promise<Pretrainer> {
    const length = longestDemonstration(recipe);
    const graph = buildStep(recipe, length);
    const parameters = resume?.parameters ?? initialWeights(recipe.policy, seed);
    const zeros = () => new Float32Array(parameters.length);
    const upload = (data: Float32Array) => runtime.upload({ dtype: 'float32', shape: [data.length], data });
    const state = {
      parameters: upload(parameters.slice()),
      firstMoment: upload(resume?.firstMoment.slice() ?? zeros()),
      secondMoment: upload(resume?.secondMoment.slice() ?? zeros()),
    };
    const spare = { parameters: upload(zeros()), firstMoment: upload(zeros()), secondMoment: upload(zeros()) };
    return new Pretrainer(
      recipe,
      tokenizer,
      seed,
      await runtime.compile(graph.bytes, graph),
      length,
      state,
      spare,
      resume?.step ?? 0,
    );
  }

  /** One update; returns the mean loss per answer token in nats. Error if the gradient is not finite. */
  async update(): Promise<{ step: number; loss: number; gradNorm: number }> {
    const { schedule } = this.recipe;
    const batch = demonstrationBatch(this.recipe, this.tokenizer, this.seed, this.step, this.length);
    const number = (value: number): HostTensor => ({ dtype: 'float32', shape: [], data: Float32Array.of(value) });
    const { firstCorrection, secondCorrection } = corrections(adamWDefaults, this.step + 1);
    const outputs = await this.program.run(
      {
        ...this.current,
        tokenIds: { dtype: 'int32', shape: [schedule.batch, this.length], data: batch.tokenIds },
        weights: { dtype: 'float32', shape: [schedule.batch, this.length - 1], data: batch.weights },
        learningRate: number(
          warmupStableDecay(
            schedule.learningRate,
            schedule.warmup,
            schedule.steps,
            schedule.decay,
            schedule.floor,
            this.step,
          ),
        ),
        firstCorrection: number(firstCorrection),
        secondCorrection: number(secondCorrection),
      },
      nextNames(this.spare),
    );
    const [loss, gradNorm] = (await Promise.all([outputs.loss?.read(), outputs.gradNorm?.read()])).map((v) =>
      Number(v?.[0]),
    );
    for (const tensor of Object.values(outputs)) tensor.dispose();
    if (!Number.isFinite(gradNorm)) throw new Error(`pretraining step ${this.step}: the gradient is not finite`);
    [this.current, this.spare] = [this.spare, this.current];
    return { step: this.step++, loss: loss as number, gradNorm: gradNorm as number };
  }

  async state(): Promise<PretrainingState> {
    const [parameters, firstMoment, secondMoment] = (await Promise.all(
      vectors.map((v) => this.current[v].read()),
    )) as Float32Array[];
    return {
      step: this.step,
      parameters: parameters!.slice(),
      firstMoment: firstMoment!.slice(),
      secondMoment: secondMoment!.slice(),
    };
  }
}

/** A flat parameter vector as named dense weights. */
export function namedWeights(config: PolicyConfig, flat: Float32Array): Map<string, DenseWeight> {
  return new Map(
    weightLayout(config).segments.map(({ name, offset, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { kind: 'dense', shape, data: flat.slice(offset, offset + size) }];
    }),
  );
}
