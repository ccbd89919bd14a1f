/** @file Arithmetic expressions: exact evaluation of untrusted text, and writing with the fewest parentheses. */

/** A fraction in lowest terms with a positive denominator. */
export interface Rational {
  readonly numerator: number;
  readonly denominator: number;
}

export type Operator = '+' | '-' | '*' | '/' | '|';

/** One operation of an expression with its exact value, null as in `Evaluation`. */
export interface Operation {
  readonly operator: string;
  readonly left: Rational | null;
  readonly right: Rational | null;
  readonly value: Rational | null;
}

/** The contents of an expression. */
export interface Evaluation {
  /** The numbers in it, in order of appearance. */
  readonly numbers: readonly number[];
  /** Its exact value; null after a division by zero or if a fraction exceeds the exactly representable integers. */
  readonly value: Rational | null;
}

/** Text with deeper parentheses is not an expression, so that no text can exhaust the call stack. */
export const MAX_DEPTH = 32;
const NUMBER = /(?:0|[1-9][0-9]{0,3})(?![0-9])/y;

const gcd = (a: number, b: number): number => (b === 0 ? Math.abs(a) : gcd(b, a % b));

/** The product, or NaN if it would be rounded. */
function exactProduct(a: number, b: number): number {
  const product = a * b;
  return Number.isSafeInteger(product) ? product : NaN;
}

function rational(numerator: number, denominator: number): Rational | null {
  if (denominator === 0 || !Number.isSafeInteger(numerator) || !Number.isSafeInteger(denominator)) return null;
  const divisor = gcd(numerator, denominator) * Math.sign(denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function apply(operator: string, left: Rational | null, right: Rational | null): Rational | null {
  if (!left || !right) return null;
  const { numerator: a, denominator: b } = left;
  const { numerator: c, denominator: d } = right;
  if (operator === '*') return rational(exactProduct(a, c), exactProduct(b, d));
  if (operator === '/') return rational(exactProduct(a, d), exactProduct(b, c));
  const sign = operator === '+' ? 1 : -1;
  const numerator = exactProduct(a, d) + sign * exactProduct(c, b);
  return rational(operator === '|' ? Math.abs(numerator) : numerator, exactProduct(b, d));
}

/** Thrown and caught inside this file: the text is not an expression. */
class NotAnExpression extends Error {}

/**
 * Recursive descent: sum = product (+|- product)*, product = distance (*|/ distance)*, distance = factor or, if
 * allowed, factor (| factor)*, factor = number | ( sum ).
 */
class Parser {
  readonly numbers: number[] = [];
  private position = 0;

  constructor(
    private readonly text: string,
    private readonly hasDistance: boolean,
    private readonly operations?: Operation[],
  ) {}

  whole(): Rational | null {
    const value = this.sum(0);
    if (this.position < this.text.length) throw new NotAnExpression();
    return value;
  }

  private sum(depth: number): Rational | null {
    return this.leftToRight('+-', () => this.product(depth));
  }

  private product(depth: number): Rational | null {
    return this.leftToRight('*/', () => this.distance(depth));
  }

  private distance(depth: number): Rational | null {
    return this.hasDistance ? this.leftToRight('|', () => this.factor(depth)) : this.factor(depth);
  }

  private leftToRight(operators: string, operand: () => Rational | null): Rational | null {
    let value = operand();
    while (this.position < this.text.length && operators.includes(this.text.charAt(this.position))) {
      const operator = this.text.charAt(this.position++);
      const left = value;
      const right = operand();
      value = apply(operator, left, right);
      this.operations?.push({ operator, left, right, value });
    }
    return value;
  }

  private factor(depth: number): Rational | null {
    if (this.text[this.position] !== '(') return this.number();
    if (depth === MAX_DEPTH) throw new NotAnExpression();
    this.position++;
    const value = this.sum(depth + 1);
    if (this.text[this.position++] !== ')') throw new NotAnExpression();
    return value;
  }

  private number(): Rational {
    NUMBER.lastIndex = this.position;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) throw new NotAnExpression();
    this.position += digits.length;
    this.numbers.push(Number(digits));
    return { numerator: Number(digits), denominator: 1 };
  }
}

/**
 * Reads whole numbers (at most four digits, no leading zero), `+ - * /` and parentheses, without spaces or signs. Null
 * for any other text. Takes time linear in the text and never throws. Division is exact: `7/2*4` is 14. With
 * `hasDistance` also `|`, the distance between two numbers (`3|8` is 5), which binds tighter than a product.
 */
export function evaluateExpression(text: string, hasDistance = false): Evaluation | null {
  const parser = new Parser(text, hasDistance);
  try {
    const value = parser.whole();
    return { numbers: parser.numbers, value };
  } catch (error) {
    if (error instanceof NotAnExpression) return null;
    throw error;
  }
}

/** The operations of an expression in the order of evaluation; empty if the text is not an expression. */
export function operationsOf(text: string, hasDistance = false): readonly Operation[] {
  const operations: Operation[] = [];
  const parser = new Parser(text, hasDistance, operations);
  try {
    parser.whole();
    return operations;
  } catch (error) {
    if (error instanceof NotAnExpression) return [];
    throw error;
  }
}

/** An expression under construction. */
export interface Written {
  readonly text: string;
  /** 0 for a sum or difference, 1 for a product or quotient, 2 for a distance, 3 for a number. */
  readonly precedence: 0 | 1 | 2 | 3;
}

const precedences = { '+': 0, '-': 0, '*': 1, '/': 1, '|': 2 } as const;

/** `left operator right` with parentheses only where the value would change without them. */
export function combine(left: Written, operator: Operator, right: Written): Written {
  const precedence = precedences[operator];
  const isOrdered = operator === '-' || operator === '/' || operator === '|';
  const wrap = (part: Written, needed: boolean): string => (needed ? `(${part.text})` : part.text);
  const leftText = wrap(left, left.precedence < precedence);
  const rightText = wrap(right, right.precedence < precedence || (isOrdered && right.precedence === precedence));
  return { text: leftText + operator + rightText, precedence };
}
