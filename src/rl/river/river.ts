/** @file The river of one prompt: its tree of completions under the policy, each finished answer judged by the task. */
import { assert } from '../../lib/assert.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import { verdictsOn } from '../rewards/reward.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import { turnText } from '../trajectory/trajectory.ts';
import type { Lengths } from '../words/lengths.ts';
import { beforeSlot, policySlot } from '../words/slots.ts';
import { completionTree, type Prefix, type ReadNext, type TreeNode } from './completionTree.ts';

/** A token of the river. */
export interface RiverNode extends TreeNode {
  /** The token for people; empty at the root. */
  readonly text: string;
  /**
   * The verifier's verdict on a finished completion; null before the end, where the problem is not known, and for all
   * but the best completion of a task with listed outcomes, whose rewards have all sizes.
   */
  readonly correct: boolean | null;
}

export interface River {
  readonly prompt: string;
  /** The true answer; null where the task cannot read the prompt. */
  readonly answer: string | null;
  /** Training steps of the policy of the last probability of each node. */
  readonly step: number;
  /** The first probability of each node is that before the newest step; otherwise nodes have a single one. */
  readonly hasBefore: boolean;
  readonly nodes: readonly RiverNode[];
  /** Seconds that reading took. */
  readonly seconds: number;
}

/** Asks for the river of a prompt. */
export interface RiverQuery {
  /** Null for the first prompt of the next step. */
  readonly prompt: string | null;
  /** Whether to read it also under the policy before the newest step, while the learner holds that. */
  readonly before: boolean;
  /** Token ids of completions that are shown whatever their probability. */
  readonly paths: readonly Prefix[];
}

/** Largest vocabulary whose distributions are read whole. */
export const RIVER_VOCABULARY = 4096;
/** Least probability of a branch that is shown by itself. */
const THRESHOLD = 0.005;
/** Most prefixes whose next tokens are listed, beside those of the query. */
const PREFIXES = 160;

/** The run that a river is read from. */
export interface RiverSource extends Lengths {
  readonly learner: Pick<Learner, 'read' | 'has'>;
  readonly tokenizer: Tokenizer;
  readonly task: Task;
  /** Runs a checker in code. */
  readonly sandbox: RewardSandbox;
  /** Of the run, as it samples. */
  readonly temperature: number;
  /** The problem of the prompt, where it is known. */
  readonly example: Example | null;
  /** Completions of an earlier river of this prompt. */
  readonly hints: readonly Prefix[];
}

/** UsageError that says why a run has no river. */
export function checkRiver(task: Task, { vocabSize }: Pick<Tokenizer, 'vocabSize'>, policy: string): void {
  assert(
    vocabSize <= RIVER_VOCABULARY,
    `The policy ${policy} chooses among ${vocabSize} tokens; the river is drawn for policies with at most ${RIVER_VOCABULARY}`,
  );
  assert(!task.environment, `${task.title}: the river is drawn for tasks that are answered in one turn`);
}

/** Whether `longer` begins with all of `prefix`. */
const continues = (longer: Prefix, prefix: Prefix): boolean => prefix.every((token, i) => longer[i] === token);

/** The longest prefixes, one a row, and the row of every prefix. */
function rowsFor(prefixes: readonly Prefix[]): { readonly rows: readonly Prefix[]; readonly rowOf: readonly number[] } {
  const order = prefixes
    .map((_, i) => i)
    .sort((a, b) => (prefixes[b] as Prefix).length - (prefixes[a] as Prefix).length);
  const rows: Prefix[] = [];
  const rowOf: number[] = [];
  for (const i of order) {
    const prefix = prefixes[i] as Prefix;
    const found = rows.findIndex((row) => continues(row, prefix));
    rowOf[i] = found < 0 ? rows.push(prefix) - 1 : found;
  }
  return { rows, rowOf };
}

/** Reads next-token distributions of prefixes after a prompt, under each slot; prefixes of one row are read together. */
export function readerOf(
  { learner, temperature, promptLength, completionLength }: RiverSource,
  promptIds: readonly number[],
  slots: readonly string[],
): ReadNext {
  const columns = promptLength + completionLength - 1;
  return async (prefixes) => {
    const { rows, rowOf } = rowsFor(prefixes);
    const tokenIds = new Int32Array(rows.length * (columns + 1));
    rows.forEach((row, r) => tokenIds.set([...promptIds, ...row], r * (columns + 1)));
    const mask = new Float32Array(rows.length * columns);
    const places = prefixes.map(({ length }, i) => (rowOf[i] as number) * columns + promptIds.length - 1 + length);
    for (const place of places) mask[place] = 1;
    const batch = { rows: rows.length, tokenIds, temperature, arrays: { mask } };
    const readings: Float32Array[] = [];
    for (const slot of slots) {
      const { logDistribution } = await learner.read(batch, slot, true);
      assert(logDistribution, 'the learner gave no distributions');
      readings.push(logDistribution);
    }
    return places.map((place) =>
      readings.map((logs) => {
        const width = logs.length / mask.length;
        return logs.subarray(place * width, (place + 1) * width);
      }),
    );
  };
}

/** Token ids from the root to each node. */
export function pathsOf(nodes: readonly TreeNode[]): Prefix[] {
  const paths: Prefix[] = [];
  for (const { parent, token } of nodes) paths.push(parent < 0 ? [] : [...(paths[parent] as Prefix), token]);
  return paths;
}

/** Whether the answer at each finished node is right; no entry for other nodes, or without a problem. */
async function verdictsAt(
  { task, tokenizer, example, sandbox }: RiverSource,
  nodes: readonly TreeNode[],
  paths: readonly Prefix[],
): Promise<ReadonlyMap<number, boolean>> {
  if (!example) return new Map();
  const finished = [...nodes.entries()].filter(([, { kind }]) => kind === 'end' || kind === 'cut');
  const answers = finished.map(([at, { kind }]) => ({
    example,
    text: turnText(tokenizer, paths[at] as Prefix),
    terminated: kind === 'end',
  }));
  const verdicts = await verdictsOn(task, answers, sandbox);
  const judged = finished.map(([at], i) => [at, verdicts[i]?.correct ?? false] as const);
  // Listed outcomes differ in reward; one that is not the best is not wrong.
  return new Map(judged.filter(([, correct]) => correct || !task.outcomes));
}

/** The river under the policy now, and with `before` also as it was before the newest step, if the learner holds it. */
export async function readRiver(
  source: RiverSource,
  { prompt, before, paths }: Pick<RiverQuery, 'before' | 'paths'> & { readonly prompt: string },
): Promise<Pick<River, 'nodes' | 'hasBefore'>> {
  const { learner, tokenizer, promptLength, completionLength, hints } = source;
  const promptIds = tokenizer.encodePrompt(prompt);
  assert(
    promptIds.length > 0 && promptIds.length <= promptLength,
    `prompt: 1 to ${promptLength} tokens, not ${promptIds.length}`,
  );
  const hasBefore = before && learner.has(beforeSlot);
  const slots = hasBefore ? [beforeSlot, policySlot] : [policySlot];
  const nodes = await completionTree(slots.length, readerOf(source, promptIds, slots), {
    endIds: tokenizer.endIds,
    completionLength,
    threshold: THRESHOLD,
    prefixes: PREFIXES,
    paths,
    hints,
  });
  const all = pathsOf(nodes);
  const correct = await verdictsAt(source, nodes, all);
  return {
    hasBefore,
    nodes: nodes.map((node, at) => ({
      ...node,
      text: node.parent < 0 ? '' : tokenizer.tokenText(node.token),
      correct: correct.get(at) ?? null,
    })),
  };
}
