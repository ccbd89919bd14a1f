/** @file Checks of a parsed formula: names, numbers of arguments, extents, and whether its loss has a gradient. */
import type { Setting } from '../words/setting.ts';
import { knobNames, knobs } from '../config/knobs.ts';
import { type FormulaFunction, formulaFunctions, signature } from './functions.ts';
import { type Extent, extents, type FormulaName, formulaNames, paperNames } from './names.ts';
import { nearest } from './nearest.ts';
import { FormulaError, type FormulaProblem, problemAt, type Span } from './problem.ts';
import { type Declaration, type Expression, type Formula, limits } from './syntax.ts';

/** The properties of an algorithm that decide which words its formula may use. */
export interface FormulaContext {
  /** Settings that the text may read without a declaration. */
  readonly settings: readonly Setting[];
  /** Rows are pairs, so that `chosen` and `rejected` are defined. */
  readonly pairs: boolean;
  /** The algorithm selects tokens or trains a head, so that `paperNames` are defined. */
  readonly selects?: boolean;
}

export interface CheckedFormula extends Formula {
  /** The settings that the text reads, without duplicates. */
  readonly settings: readonly Setting[];
}

/** Static facts about an expression; null if a part of it was refused. */
type Facts = { readonly extent: Extent; readonly learns: boolean } | null;

/** Ids of the settings that every run has. */
const runSettings: ReadonlySet<string> = new Set(knobNames.map((name) => knobs[name].id));
const widest = (facts: readonly Facts[]): Extent =>
  extents.findLast((extent) => facts.some((fact) => fact?.extent === extent)) ?? 'number';
const inWords: Readonly<Record<Extent, string>> = {
  number: 'a single number',
  completion: 'one number a completion',
  token: 'one number a token',
  vocabulary: 'a number for each entry of the vocabulary',
};

class Checker {
  readonly problems: FormulaProblem[] = [];
  readonly settings = new Map<string, Setting>();
  private readonly locals = new Map<string, Facts>();
  private readonly declared = new Map<string, Setting>();
  private readonly shared: ReadonlyMap<string, Setting>;

  constructor(
    private readonly text: string,
    private readonly context: FormulaContext,
  ) {
    this.shared = new Map(context.settings.map((setting) => [setting.id, setting]));
  }

  refuse(span: Span, message: string, hint = ''): null {
    this.problems.push(problemAt(this.text, span, message, hint));
    return null;
  }

  declare({ name, span, default: start, min, max }: Declaration): void {
    if (this.declared.size >= limits.declarations)
      this.refuse(span, `A formula may declare ${limits.declarations} settings; here it declares more.`);
    if (this.shared.has(name) || runSettings.has(name))
      this.refuse(span, `${name} is a setting already.`, 'Leave this line out, or take another name.');
    else if (this.isTaken(name)) this.refuse(span, `${name} has a meaning already.`, 'Take another name.');
    // Ids of settings in URLs and files.
    else if (!/^[a-z0-9_]{1,40}$/.test(name))
      this.refuse(
        span,
        `${name.slice(0, 40)} cannot be a setting: its name may have 40 lower-case letters, digits and underscores.`,
      );
    if (!(min < max)) this.refuse(span, `The range of ${name} is empty: ${min} .. ${max}.`, 'Put the lower end first.');
    else if (start < min || start > max)
      this.refuse(span, `The default of ${name}, ${start}, is outside ${min} .. ${max}.`);
    this.declared.set(name, { id: name, default: start, min, max, summary: 'A setting of your own objective.' });
  }

  bind(name: string, span: Span, value: Expression): void {
    if (this.isTaken(name) || this.locals.has(name))
      this.refuse(span, `${name} has a meaning already.`, 'Take another name.');
    this.locals.set(name, this.facts(value));
  }

  facts(expression: Expression): Facts {
    if (expression.kind === 'number') return { extent: 'number', learns: false };
    if (expression.kind === 'name') return this.name(expression.name, expression.span);
    if (expression.kind === 'negation') return this.facts(expression.operand);
    if (expression.kind === 'call') return this.call(expression.name, expression.args, expression.span);
    const sides = [this.facts(expression.left), this.facts(expression.right)];
    if (sides.includes(null)) return null;
    const compares = /[<>=]/.test(expression.operator);
    return { extent: widest(sides), learns: !compares && sides.some((fact) => fact?.learns) };
  }

  /** Checks the last line. */
  loss(expression: Expression): void {
    const facts = this.facts(expression);
    if (!facts) return;
    if (facts.extent === 'vocabulary')
      this.refuse(
        expression.span,
        `The loss must be one number a token, and this is ${inWords.vocabulary}.`,
        'Fold it with sumVocabulary.',
      );
    else if (!facts.learns)
      this.refuse(
        expression.span,
        'Nothing in this loss depends on the policy, so nothing would be learnt.',
        'Use logp, ratio, p, entropy or a divergence, outside sg(…) and comparisons.',
      );
  }

  private term(name: string): FormulaName | undefined {
    return formulaNames.get(name) ?? (this.context.selects ? paperNames.get(name) : undefined);
  }

  private isTaken(name: string): boolean {
    return this.term(name) !== undefined || formulaFunctions.has(name) || this.declared.has(name) || name in {};
  }

  private name(name: string, span: Span): Facts {
    const local = this.locals.get(name);
    if (local !== undefined) return local;
    const setting = this.declared.get(name) ?? this.shared.get(name);
    const term = this.term(name);
    if (term) return term;
    if (!setting)
      return this.unknown(name, span, [
        ...this.locals.keys(),
        ...this.declared.keys(),
        ...formulaNames.keys(),
        ...this.shared.keys(),
      ]);
    this.settings.set(name, setting);
    return { extent: 'number', learns: false };
  }

  private unknown(name: string, span: Span, known: readonly string[]): null {
    const called = formulaFunctions.get(name);
    if (called) return this.refuse(span, `${name} is a function.`, `Write ${signature(called)}.`);
    const near = nearest(name, known);
    return this.refuse(
      span,
      `There is no “${name.slice(0, 40)}” here.`,
      near === null
        ? 'The list of names and functions says what there is; a number to turn is declared with setting.'
        : `Is ${near} meant?`,
    );
  }

  private call(name: string, args: readonly Expression[], span: Span): Facts {
    const facts = args.map((arg) => this.facts(arg));
    const place = { from: span.from, to: span.from + name.length };
    const called = formulaFunctions.get(name);
    if (!called) {
      const known = this.locals.has(name) || formulaNames.has(name);
      if (known) return this.refuse(place, `${name} is not a function.`, 'To multiply, write *.');
      const near = nearest(name, formulaFunctions.keys());
      return this.refuse(
        place,
        `There is no function “${name.slice(0, 40)}”.`,
        near === null ? '' : `Is ${near} meant?`,
      );
    }
    const { parameters, most } = called;
    if (args.length < parameters.length || args.length > most) {
      const wanted =
        most > parameters.length
          ? `${parameters.length} to ${most} arguments`
          : parameters.length === 1
            ? '1 argument'
            : `${parameters.length} arguments`;
      return this.refuse(span, `${name} takes ${wanted}, not ${args.length}.`, `Write ${signature(called)}.`);
    }
    return this.called(called, args, facts, place);
  }

  private called(called: FormulaFunction, args: readonly Expression[], facts: readonly Facts[], place: Span): Facts {
    if (facts.includes(null)) return null;
    if (called.needsPairs && !this.context.pairs)
      return this.refuse(place, `${called.name} needs an algorithm over pairs, such as DPO.`);
    const { takes, learnsThrough, extent = widest(facts) } = called;
    const wrong = takes ? facts.findIndex((fact) => fact && !takes.extents.includes(fact.extent)) : -1;
    const found = facts[wrong];
    if (takes && found)
      return this.refuse(
        (args[wrong] as Expression).span,
        `${called.name} cannot take this: it is ${inWords[found.extent]}.`,
        takes.otherwise,
      );
    return { extent, learns: facts.some((fact, i) => fact?.learns && (learnsThrough?.includes(i) ?? true)) };
  }
}

/** The formula with the settings that it reads. FormulaError with all problems. */
export function checkFormula(text: string, formula: Formula, context: FormulaContext): CheckedFormula {
  const checker = new Checker(text, context);
  formula.declarations.forEach((declaration) => checker.declare(declaration));
  formula.bindings.forEach(({ name, span, value }) => checker.bind(name, span, value));
  checker.loss(formula.loss);
  if (checker.problems.length > 0) throw new FormulaError(checker.problems);
  return { ...formula, settings: [...checker.settings.values()] };
}
