/** @file Files of an export, and text of Python files: literals and comments. */

/** A file of an export. */
export interface ExportFile {
  readonly name: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

/** A Python string literal: JSON’s form is one, with control characters and lone surrogates escaped. */
export const quoted = (text: string): string => JSON.stringify(text);
/** Escapes NUL, which Python refuses in source, and lone surrogates, which UTF-8 cannot hold. */
const spelled = (text: string): string =>
  text.replace(/\0/g, '\\x00').replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`);

/** A comment of Python and of the shell, also where the text contains any line break that Python recognizes. */
export const comment = (text: string): string =>
  spelled(text)
    .split(/\r\n?|\n/)
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');

/** The sentences about settings that a file leaves out, as a comment. */
export const leftComment = (file: string, left: readonly string[]): string =>
  left.length > 0
    ? comment(`Not in this ${file}:\n${left.map((one) => `- ${one}`).join('\n')}`)
    : `# Every setting of the training is in this ${file}.`;

/** The model that an export trains where the run has none of the hub. */
const SMALL_MODEL = 'Qwen/Qwen2.5-0.5B-Instruct';

/** The model of an export, and a comment about it. */
export const modelPart = (model: string | undefined): { readonly model: string; readonly about: string } => ({
  model: model ?? SMALL_MODEL,
  about:
    model === undefined
      ? `# Learning rate and rank were found for a model of about a million parameters:
# a larger one usually wants a smaller rate.`
      : comment(`It trains the base of the run, ${quoted(model)}.`),
});
