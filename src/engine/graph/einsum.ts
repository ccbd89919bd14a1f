/** @file Products of two tensors with named axes. */
import { needFloat } from './shapes.ts';
import { type EinsumKernel, make, refuse, type Shape, type Value } from './value.ts';

/** The axes of both operands and of the result, one letter each. */
export interface Axes {
  readonly a: string;
  readonly b: string;
  readonly out: string;
}

export function axesOf(equation: string): Axes {
  const [a = '', b = '', out = ''] = equation.split(/,|->/);
  return { a, b, out };
}

/** The size of each letter. GraphError if an operand has another rank, or a letter two sizes. */
function sizesOf(operands: readonly [Value, Value], { a, b }: Axes): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  [a, b].forEach((letters, i) => {
    const { shape } = operands[i] as Value;
    if (letters.length !== shape.length || new Set(letters).size !== letters.length)
      refuse('einsum', operands, `${letters} does not name the axes of [${shape.join(',')}]`);
    [...letters].forEach((letter, axis) => {
      const size = shape[axis] as number;
      if ((sizes.get(letter) ?? size) !== size) refuse('einsum', operands, `axis ${letter} has two sizes`);
      sizes.set(letter, size);
    });
  });
  return sizes;
}

/**
 * The product of `a` and `b` summed over the axes that the result lacks, such as `bqhd,bkhd->bhqk`. Each letter occurs
 * in at least two of the three places, so that derivatives are products of the same kind. Throws GraphError otherwise.
 */
export function einsum(equation: string, a: Value, b: Value, kernel: EinsumKernel = 'einsum'): Value {
  needFloat('einsum', [a, b]);
  if (!/^[a-z]+,[a-z]+->[a-z]+$/.test(equation)) refuse('einsum', [a, b], `${equation} is not like ij,jk->ik`);
  const axes = axesOf(equation);
  const sizes = sizesOf([a, b], axes);
  const places = Object.values(axes);
  for (const letter of new Set(places.join('')))
    if (places.filter((place) => place.includes(letter)).length < 2)
      refuse('einsum', [a, b], `axis ${letter} of ${equation} occurs once`);
  if (new Set(axes.out).size !== axes.out.length) refuse('einsum', [a, b], `${axes.out} names an axis twice`);
  const shape: Shape = [...axes.out].map((letter) => sizes.get(letter) as number);
  return make('einsum', [a, b], { equation, kernel }, shape, 'float');
}
