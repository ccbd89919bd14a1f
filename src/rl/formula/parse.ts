/** @file Parses a formula: recursive descent over lines, precedence climbing inside them. */
import { refuseAt, type Span } from './problem.ts';
import {
  type Binding,
  type Declaration,
  type Expression,
  type Formula,
  limits,
  type Operator,
  operators,
  precedence,
} from './syntax.ts';
import { type Token, tokenize } from './tokens.ts';

const spanning = (first: Span, last: Span): Span => ({ from: first.from, to: last.to });
const operatorOf = ({ kind, text }: Token): Operator | undefined =>
  kind === 'symbol' ? operators.find((operator) => operator === text) : undefined;
const shown = ({ kind, text }: Token): string =>
  kind === 'end' ? 'the end of the text' : kind === 'newline' ? 'the end of the line' : `“${text}”`;

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  formula(): Formula {
    const declarations: Declaration[] = [];
    const bindings: Binding[] = [];
    for (this.skipNewlines(); this.peek().kind !== 'end'; this.skipNewlines()) {
      if (this.peek().text === 'setting' && this.peek(1).kind === 'name') declarations.push(this.declaration());
      else if (this.peek().kind === 'name' && this.peek(1).text === '=') bindings.push(this.binding());
      else return { declarations, bindings, loss: this.lastLine() };
    }
    const { from } = this.peek();
    const empty = declarations.length + bindings.length === 0;
    return refuseAt(
      this.text,
      { from, to: from },
      empty ? 'There is no formula yet.' : 'The last line must be the loss of each token.',
      'For example: -advantages * logp',
    );
  }

  private lastLine(): Expression {
    const loss = this.expression(0);
    const after = this.peek();
    if (after.kind !== 'newline' && after.kind !== 'end') this.refuseRest(after);
    this.skipNewlines();
    if (this.peek().kind !== 'end') {
      refuseAt(
        this.text,
        loss.span,
        'Only the last line is the loss; a line before it needs a name.',
        'Write name = expression, or end a line that goes on with its operator.',
      );
    }
    return loss;
  }

  private binding(): Binding {
    const name = this.next();
    this.next();
    const value = this.expression(0);
    this.endOfLine();
    return { name: name.text, span: name, value };
  }

  private declaration(): Declaration {
    this.next();
    const name = this.next();
    this.expect('=', 'setting name = default in least .. most');
    const start = this.constant();
    this.expect('in', 'setting name = default in least .. most');
    const min = this.constant();
    this.expect('..', 'Put the range as least .. most');
    const max = this.constant();
    this.endOfLine();
    return { name: name.text, span: name, default: start, min, max };
  }

  /** A number with its sign. */
  private constant(): number {
    const sign = this.peek().text === '-' ? -1 : 1;
    if (sign === -1) this.next();
    const token = this.next();
    if (token.kind !== 'number') refuseAt(this.text, token, `A number is needed here, not ${shown(token)}.`);
    return sign * this.numberOf(token);
  }

  private numberOf(token: Token): number {
    const value = Number(token.text);
    // Near the largest float32.
    if (!(value <= 3e38)) refuseAt(this.text, token, 'This number is too large.');
    return value;
  }

  /** Parses operators that bind tighter than `loosest`. */
  private expression(loosest: number): Expression {
    let left = this.operand();
    for (
      let operator = operatorOf(this.peek());
      operator && precedence[operator] > loosest;
      operator = operatorOf(this.peek())
    ) {
      const sign = this.next();
      // ^ groups to the right, all others to the left.
      const right = this.expression(operator === '^' ? precedence[operator] - 1 : precedence[operator]);
      left = { kind: 'operation', operator, left, right, span: spanning(left.span, right.span) };
      const following = operatorOf(this.peek());
      if (precedence[operator] === 1 && following && precedence[following] === 1) {
        refuseAt(
          this.text,
          spanning(sign, this.peek()),
          'Comparisons cannot be chained.',
          'Multiply them: (a < b) * (b < c).',
        );
      }
    }
    return left;
  }

  private operand(): Expression {
    const token = this.next();
    if (++this.depth > limits.depth)
      refuseAt(
        this.text,
        token,
        `More than ${limits.depth} levels inside one another.`,
        'Give a part a name on a line of its own.',
      );
    const operand = this.operandFrom(token);
    this.depth--;
    return operand;
  }

  private operandFrom(token: Token): Expression {
    if (token.kind === 'number') return { kind: 'number', value: this.numberOf(token), span: token };
    if (token.kind === 'name')
      return this.peek().text === '(' ? this.call(token) : { kind: 'name', name: token.text, span: token };
    if (token.text === '(') {
      const inner = this.expression(0);
      const close = this.close(token);
      return { ...inner, span: spanning(token, close) };
    }
    if (token.text === '-') {
      const operand = this.expression(precedence.negation);
      return { kind: 'negation', operand, span: spanning(token, operand.span) };
    }
    if (token.text === '+') return refuseAt(this.text, token, 'A number or a name is needed before +.');
    return refuseAt(this.text, token, `A number, a name or an expression is needed here, not ${shown(token)}.`);
  }

  private call(name: Token): Expression {
    const open = this.next();
    const args: Expression[] = [];
    if (this.peek().text !== ')') {
      args.push(this.expression(0));
      while (this.peek().text === ',') {
        this.next();
        args.push(this.expression(0));
      }
    }
    return { kind: 'call', name: name.text, args, span: spanning(name, this.close(open)) };
  }

  private close(open: Token): Token {
    const token = this.peek();
    if (token.text === ')') return this.next();
    // A token on a new line after a complete expression, or a later binding, shows that the parenthesis was not
    // closed.
    const startsLine = this.text.slice(this.tokens[this.at - 1]?.to, token.from).includes('\n');
    const givesName = token.text === '=' && this.text.slice(open.to, token.from).includes('\n');
    if (token.kind === 'end' || startsLine || givesName)
      refuseAt(this.text, open, 'This parenthesis is not closed.', 'Add ) where it ends.');
    return this.refuseRest(token);
  }

  private endOfLine(): void {
    const token = this.peek();
    if (token.kind !== 'newline' && token.kind !== 'end') this.refuseRest(token);
  }

  private refuseRest(token: Token): never {
    if (token.text === ')') refuseAt(this.text, token, 'There is no ( that this closes.');
    if (token.text === '=')
      refuseAt(this.text, token, 'A name can only be given at the start of a line.', 'To compare, write ==.');
    if (token.text === ',') refuseAt(this.text, token, 'A comma only separates what a function takes.');
    const operand = token.kind === 'number' || token.kind === 'name' || token.text === '(';
    return refuseAt(
      this.text,
      token,
      `An operator is needed before ${shown(token)}.`,
      operand ? 'To multiply, write *.' : '',
    );
  }

  private expect(text: string, hint: string): void {
    const token = this.next();
    if (token.text !== text) refuseAt(this.text, token, `“${text}” is needed here, not ${shown(token)}.`, `${hint}.`);
  }

  private skipNewlines(): void {
    while (this.peek().kind === 'newline') this.next();
  }

  private peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }
}

/** Parses a formula. For any other text it throws a FormulaError with the place, and nothing else. */
export const parseFormula = (text: string): Formula => new Parser(text).formula();
