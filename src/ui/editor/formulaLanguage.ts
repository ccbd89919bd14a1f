/** @file Syntax highlighting of a formula: names, functions and numbers; loaded together with the editor. */
import { StreamLanguage } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { tags } from '@lezer/highlight';

const keywords: ReadonlySet<string> = new Set(['setting', 'in']);

/** `names` and `functions` are the predefined ones. */
export function formulaLanguage(names: ReadonlySet<string>, functions: ReadonlySet<string>): Extension {
  return StreamLanguage.define({
    name: 'formula',
    token(stream) {
      if (stream.eatSpace()) return null;
      if (stream.match(/^#.*/)) return 'comment';
      if (stream.match(/^(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/)) return 'number';
      if (stream.match(/^[A-Za-z_]\w*/)) {
        const word = stream.current();
        if (keywords.has(word)) return 'keyword';
        if (functions.has(word)) return 'calls';
        if (names.has(word)) return 'term';
        return stream.match(/^\s*=(?!=)/, false) ? 'defines' : null;
      }
      stream.next();
      return null;
    },
    tokenTable: {
      calls: tags.function(tags.variableName),
      term: tags.standard(tags.variableName),
      defines: tags.definition(tags.variableName),
    },
    languageData: { commentTokens: { line: '#' } },
  });
}
