/** @file Products of named axes as matrix products, for the CPU, whose Einsum kernel is slow. */
import { axesOf, type Node, type Shape, type Value } from '../graph/index.ts';
import type { ModelBuilder } from './builder.ts';

/** Letters that play the same part in a product, in the order of the matrices that are multiplied. */
interface Parts {
  /** Axes of both operands and the result, not summed. */
  readonly batch: string;
  /** Axes of one operand and the result. */
  readonly left: string;
  readonly right: string;
  /** Axes that are summed. */
  readonly inner: string;
}

function partsOf(equation: string): Parts {
  const { a, b, out } = axesOf(equation);
  const within = (letters: string, keep: (letter: string) => boolean): string => [...letters].filter(keep).join('');
  return {
    batch: within(out, (letter) => a.includes(letter) && b.includes(letter)),
    left: within(out, (letter) => !b.includes(letter)),
    right: within(out, (letter) => !a.includes(letter)),
    inner: within(a, (letter) => !out.includes(letter)),
  };
}

/** Writes matrices of an equation's values: axes are moved and joined, each movement once. */
class Matrices {
  constructor(
    private readonly builder: ModelBuilder,
    private readonly sizes: ReadonlyMap<string, number>,
    private readonly at: string,
  ) {}

  shape(letters: string): number[] {
    return [...letters].map((letter) => this.sizes.get(letter) as number);
  }

  /** The value with its axes in another order. */
  moved(name: string, from: string, to: string): string {
    if (from === to) return name;
    const perm = [...to].map((letter) => from.indexOf(letter));
    return this.builder.once('Transpose', [name], this.at, { attributes: { perm } });
  }

  /** The value in another shape; the first size is left to the runtime, so that a run may have fewer rows. */
  reshaped(name: string, [, ...rest]: Shape): string {
    return this.builder.once('Reshape', [name, this.builder.int64s([-1, ...rest])], this.at);
  }

  /**
   * An operand [batch..., rows, columns], each of the two a product of axes; transposed where rows come last in it, so
   * that all products of a value move its axes alike.
   */
  operand(name: string, letters: string, batch: string, [rows, columns]: readonly [string, string]) {
    const rest = [...letters].filter((letter) => !batch.includes(letter)).join('');
    const transposed = rest === columns + rows;
    const order = batch + (transposed ? rest : rows + columns);
    const matrix = transposed ? [columns, rows] : [rows, columns];
    const own = this.moved(name, letters, order);
    if (matrix.every(({ length }) => length === 1)) return { name: own, transposed };
    const count = (axes: string) => this.shape(axes).reduce((product, size) => product * size, 1);
    return { name: this.reshaped(own, [...this.shape(batch), ...matrix.map(count)]), transposed };
  }
}

/** The node as a product of stacks of matrices; axes are moved only where the equation's order is another. */
export function einsumAsMatmul(
  builder: ModelBuilder,
  node: Node<'einsum'>,
  [a, b]: readonly [string, string],
  output: string,
): void {
  const axes = axesOf(node.attributes.equation);
  const { batch, left, right, inner } = partsOf(node.attributes.equation);
  const sizes = new Map<string, number>();
  [axes.a, axes.b].forEach((letters, i) =>
    [...letters].forEach((letter, axis) => sizes.set(letter, (node.inputs[i] as Value).shape[axis] as number)),
  );
  const matrices = new Matrices(builder, sizes, output);
  const first = matrices.operand(a, axes.a, batch, [left, inner]);
  const second = matrices.operand(b, axes.b, batch, [inner, right]);
  const attributes = { transA: first.transposed ? 1 : 0, transB: second.transposed ? 1 : 0 };
  const natural = batch + left + right;
  const isWhole = left.length === 1 && right.length === 1;
  const product = natural === axes.out && isWhole ? output : builder.name(output);
  builder.node('FusedMatMul', [first.name, second.name], [product], { domain: 'com.microsoft', attributes });
  if (product === output) return;
  const apart = isWhole ? product : matrices.reshaped(product, matrices.shape(natural));
  const perm = [...axes.out].map((letter) => natural.indexOf(letter));
  builder.node('Transpose', [apart], [output], { attributes: { perm } });
}
