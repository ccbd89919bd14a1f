/** @file Positions of a step's sequences: with padding as computed, without, and each distinct prefix once. */
import type { Tokenizer } from '../../../src/policy/tokenizer.ts';
import type { StepReport } from '../../../src/rl/run/trainer.ts';

/** Ids of a row, prompt first. */
export interface Row {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
}

/** Numbers of positions at which a part of the step needs the policy. */
export interface Needed {
  /** Of every row. */
  readonly rows: number;
  /** Of rows that share a prefix, that prefix once. */
  readonly distinct: number;
}

export interface NeededPositions {
  /** All tokens but a prompt's last, once per prompt. */
  readonly prefill: Needed;
  /** One for each token drawn. */
  readonly decode: Needed;
  /** All tokens but a row's last, whose successor nothing scores. */
  readonly learn: Needed;
}

/** Distinct prefixes of `sequences`, of more than `skip(i)` and at most all tokens of sequence i. */
function distinctPrefixes(sequences: readonly (readonly number[])[], skip: (i: number) => number): number {
  const seen = new Set<string>();
  sequences.forEach((ids, i) => {
    let prefix = '';
    ids.forEach((id, at) => {
      prefix += `${id},`;
      if (at >= skip(i)) seen.add(prefix);
    });
  });
  return seen.size;
}

const total = (lengths: readonly number[]): number => lengths.reduce((sum, n) => sum + n, 0);

export function neededPositions(rows: readonly Row[]): NeededPositions {
  const scored = rows.map(({ prompt, completion }) => [...prompt, ...completion].slice(0, -1));
  const prompts = rows.map(({ prompt }) => prompt.slice(0, -1));
  return {
    prefill: { rows: total(prompts.map((ids) => ids.length)), distinct: distinctPrefixes(prompts, () => 0) },
    decode: {
      rows: total(rows.map(({ completion }) => completion.length)),
      // The context of a draw ends with the prompt's last token or with a later one.
      distinct: distinctPrefixes(scored, (i) => (rows[i]?.prompt.length ?? 1) - 1),
    },
    learn: { rows: total(scored.map((ids) => ids.length)), distinct: distinctPrefixes(scored, () => 0) },
  };
}

/** The rows of a step. */
export const rowsOfReport = ({ groups }: Pick<StepReport, 'groups'>, tokenizer: Tokenizer): Row[] =>
  groups.flatMap(({ prompt, completions }) =>
    completions.map(({ tokenIds }) => ({ prompt: tokenizer.encodePrompt(prompt), completion: tokenIds })),
  );
