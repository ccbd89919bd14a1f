/** @file All words of a formula, for the help list and the colours of the editor. */
import type { FormulaContext } from './check.ts';
import { formulaFunctions, signature } from './functions.ts';
import { formulaNames } from './names.ts';

export interface FormulaWord {
  readonly kind: 'name' | 'function' | 'setting';
  readonly name: string;
  /** The word as in a text, with parameters for a function. */
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
}

/** Names, functions and settings of the context, in this order. */
export function formulaWords({ settings, pairs }: FormulaContext): FormulaWord[] {
  return [
    ...[...formulaNames.values()].map(({ name, summary }): FormulaWord => ({
      kind: 'name',
      name,
      usage: name,
      summary,
    })),
    ...[...formulaFunctions.values()]
      .filter(({ needsPairs }) => pairs || !needsPairs)
      .map((called): FormulaWord => ({
        kind: 'function',
        name: called.name,
        usage: signature(called),
        summary: called.summary,
      })),
    ...settings.map(({ id, summary }): FormulaWord => ({ kind: 'setting', name: id, usage: id, summary })),
  ];
}
