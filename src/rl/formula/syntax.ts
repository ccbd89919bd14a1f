/**
 * @file The syntax tree of a formula: declarations of settings, bindings of names, and the loss of each token on the
 * last line.
 */
import type { Span } from './problem.ts';

export const operators = ['<', '<=', '>', '>=', '==', '+', '-', '*', '/', '^'] as const;
export type Operator = (typeof operators)[number];

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly span: Span }
  | { readonly kind: 'name'; readonly name: string; readonly span: Span }
  | { readonly kind: 'negation'; readonly operand: Expression; readonly span: Span }
  | {
      readonly kind: 'operation';
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
      readonly span: Span;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly span: Span };

/** `name = expression` */
export interface Binding {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  readonly value: Expression;
}

/** `setting name = default in min .. max` */
export interface Declaration {
  readonly name: string;
  /** Of the name. */
  readonly span: Span;
  readonly default: number;
  readonly min: number;
  readonly max: number;
}

export interface Formula {
  readonly declarations: readonly Declaration[];
  readonly bindings: readonly Binding[];
  /** The last line: the loss of each token, to be minimised. */
  readonly loss: Expression;
}

/** Precedence, loosest first; unary minus is between * and ^, so that -x^2 is -(x^2). */
export const precedence: Readonly<Record<Operator | 'negation', number>> = {
  '<': 1,
  '<=': 1,
  '>': 1,
  '>=': 1,
  '==': 1,
  '+': 2,
  '-': 2,
  '*': 3,
  '/': 3,
  negation: 4,
  '^': 5,
};

/** Limits on a text, which can come from a link. */
export const limits = { characters: 4000, tokens: 1500, depth: 64, declarations: 16 } as const;
