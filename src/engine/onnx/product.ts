/** @file Matrix products that take transposes, a factor and a sum with them into one node. */
import { isOp, sameShape, type Value } from '../graph/index.ts';
import type { Precision } from './builder.ts';

/** alpha A B + C of matrices, A or B transposed. */
export interface Product {
  readonly a: Value;
  readonly b: Value;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
  readonly c: Value | null;
}

/** Products with fewer columns than this, and more rows than columns, are slow: their transpose is computed instead. */
const NARROW = 32;

const isNarrow = ({ shape: [rows, columns] }: Value): boolean =>
  (columns as number) < NARROW && (columns as number) < (rows as number);

const isTransposed = ({ node, shape }: Value): boolean => node.op === 'transpose' && shape.length === 2;

const firstInput = (value: Value): Value => value.node.inputs[0] as Value;

/** Whether a node computes more than a plain product. */
const isMore = ({ transA, transB, alpha, c }: Product): boolean => transA || transB || alpha !== 1 || c !== null;

/** Finds the products of a graph. A value is taken into a product only if nothing else reads it. */
export class Products {
  private readonly found = new Map<Value, Product | null>();

  constructor(
    private readonly readers: (value: Value) => number,
    private readonly precision: Precision,
  ) {}

  /** The product that one node computes, if it is more than a plain product. */
  of(value: Value): Product | null {
    const product = this.find(value);
    return product && isMore(product) ? product : null;
  }

  /** The product that a sum could take in with its other terms. */
  term(value: Value): Product | null {
    const product = this.readers(value) === 1 ? this.find(value) : null;
    return product?.c === null ? product : null;
  }

  private find(value: Value): Product | null {
    const known = this.found.get(value);
    if (known !== undefined) return known;
    const product = this.read(value);
    this.found.set(value, product);
    return product;
  }

  private read(value: Value): Product | null {
    const { node, shape } = value;
    if (shape.length !== 2) return null;
    if (node.op === 'matmul') return this.plain(node.inputs as [Value, Value]);
    if (node.op === 'transpose') return isNarrow(value) ? null : this.turned(this.term(firstInput(value)));
    if (node.op !== 'mul' && node.op !== 'add') return null;
    const [left, right] = node.inputs as [Value, Value];
    for (const [inner, other] of [
      [right, left],
      [left, right],
    ] as const) {
      if (!sameShape(inner.shape, shape)) continue;
      const factor = node.op === 'mul' ? this.factorOf(other) : null;
      if (node.op === 'mul' ? factor === null : !sameShape(other.shape, shape)) continue;
      const product = this.term(inner);
      if (product) return factor === null ? { ...product, c: other } : { ...product, alpha: product.alpha * factor };
    }
    return null;
  }

  /** The number of a constant with one element, else null; a node states it in single precision. */
  private factorOf({ node }: Value): number | null {
    if (!isOp(node, 'constant') || node.attributes.data.length !== 1) return null;
    const factor = node.attributes.data[0] as number;
    return this.precision === 'float32' || Math.fround(factor) === factor ? factor : null;
  }

  private plain([left, right]: readonly [Value, Value]): Product | null {
    if (left.shape.length !== 2 || right.shape.length !== 2) return null;
    const [a, b] = [this.matrix(left), this.matrix(right)];
    return { a: a.value, b: b.value, transA: a.turned, transB: b.turned, alpha: 1, c: null };
  }

  private turned(product: Product | null): Product | null {
    if (!product) return null;
    const { a, b, transA, transB } = product;
    return { ...product, a: b, b: a, transA: !transB, transB: !transA };
  }

  /** The matrix behind transposes, up to one that is a product by itself. */
  private matrix(value: Value): { value: Value; turned: boolean } {
    if (!isTransposed(value) || this.find(value)) return { value, turned: false };
    const { value: inner, turned } = this.matrix(firstInput(value));
    return { value: inner, turned: !turned };
  }
}
