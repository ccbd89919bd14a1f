/**
 * @file SentencePiece-style byte pair encoding with byte fallback (arXiv 1808.06226), and the reader of llama2.c's
 * tokenizer files: int32 longest piece, then for every token float32 score, int32 byte length, the piece.
 */
import { UsageError } from '../lib/assert.ts';
import { CheckpointError } from './safetensors.ts';
import { framed, tokenOf, type Tokenizer, type TokenizerDescription, type Vocabulary } from './tokenizer.ts';

export type BpeDescription = Extract<TokenizerDescription, { kind: 'bpe' }>;

const UNKNOWN = 0;
const BOS = 1;
const EOS = 2;
/** A byte token, with the byte in hexadecimal. */
export const BYTE_PIECE = /^<0x([0-9A-F]{2})>$/;

/**
 * Reads a tokenizer file. Throws CheckpointError for a truncated or inconsistent file, or a number of tokens other than
 * `vocabSize`.
 */
export function readBpeFile(bytes: Uint8Array, vocabSize: number): BpeDescription {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (offset: number, size: number, part: string) => {
    if (offset + size > bytes.length)
      throw new CheckpointError(`tokenizer file: truncated in ${part}, byte ${bytes.length}`);
  };
  need(0, 4, 'the longest piece length');
  const longest = view.getInt32(0, true);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const vocabulary: string[] = [];
  const scores: number[] = [];
  let offset = 4;
  for (let id = 0; id < vocabSize; id++) {
    need(offset, 8, `the score and length of token ${id}`);
    const score = view.getFloat32(offset, true);
    const length = view.getInt32(offset + 4, true);
    offset += 8;
    if (!Number.isFinite(score)) throw new CheckpointError(`tokenizer file: the score of token ${id} is ${score}`);
    if (length < 0 || length > longest)
      throw new CheckpointError(`tokenizer file: token ${id} has length ${length}, outside 0 to ${longest}`);
    need(offset, length, `the piece of token ${id}`);
    try {
      vocabulary.push(utf8.decode(bytes.subarray(offset, offset + length)));
    } catch (cause) {
      throw new CheckpointError(`tokenizer file: the piece of token ${id} is not UTF-8`, { cause });
    }
    scores.push(score);
    offset += length;
  }
  if (offset !== bytes.length)
    throw new CheckpointError(`tokenizer file: ${bytes.length - offset} bytes follow the ${vocabSize} tokens`);
  return { kind: 'bpe', vocabulary, scores };
}

/**
 * A possible merge of the symbols that start at `left` and `right`; stale once either has changed (then the ids
 * differ).
 */
interface Merge {
  readonly score: number;
  readonly left: number;
  readonly right: number;
  readonly leftId: number;
  readonly rightId: number;
  readonly id: number;
}

/** Higher score first, then further left, as a scan from the left finds them. */
const before = (a: Merge, b: Merge): boolean => a.score > b.score || (a.score === b.score && a.left < b.left);

/** Binary heap of merges. */
class MergeQueue {
  private readonly heap: Merge[] = [];

  push(merge: Merge): void {
    let at = this.heap.push(merge) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(merge, this.heap[parent] as Merge)) break;
      this.heap[at] = this.heap[parent] as Merge;
      at = parent;
    }
    this.heap[at] = merge;
  }

  pop(): Merge | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (top === undefined || last === undefined || this.heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.heap.length) break;
      if (child + 1 < this.heap.length && before(this.heap[child + 1] as Merge, this.heap[child] as Merge)) child++;
      if (!before(this.heap[child] as Merge, last)) break;
      this.heap[at] = this.heap[child] as Merge;
      at = child;
    }
    this.heap[at] = last;
    return top;
  }
}

/**
 * Merges `ids` greedily, best score first, in O(n log n): symbols form a doubly linked list, candidates wait in a heap.
 */
function mergePairs(
  ids: readonly number[],
  find: (left: number, right: number) => { id: number; score: number } | undefined,
): number[] {
  const symbols = [...ids];
  const next = symbols.map((_, i) => i + 1);
  const previous = symbols.map((_, i) => i - 1);
  const GONE = -1;
  const queue = new MergeQueue();
  const consider = (left: number, right: number) => {
    if (left < 0 || right >= symbols.length) return;
    const leftId = symbols[left] as number;
    const rightId = symbols[right] as number;
    const found = find(leftId, rightId);
    if (found) queue.push({ ...found, left, right, leftId, rightId });
  };
  for (let i = 0; i + 1 < symbols.length; i++) consider(i, i + 1);
  for (let merge = queue.pop(); merge; merge = queue.pop()) {
    const { left, right, leftId, rightId, id } = merge;
    if (symbols[left] !== leftId || symbols[right] !== rightId || next[left] !== right) continue;
    const after = next[right] as number;
    symbols[left] = id;
    symbols[right] = GONE;
    next[left] = after;
    if (after < symbols.length) previous[after] = left;
    consider(previous[left] as number, left);
    consider(left, after);
  }
  return symbols.filter((id) => id !== GONE);
}

/** Byte value of every byte token, by id. Throws UsageError unless all 256 are there. */
function byteTokens(vocabulary: readonly string[]): Map<number, number> {
  const bytes = new Map<number, number>();
  vocabulary.forEach((piece, id) => {
    const digits = BYTE_PIECE.exec(piece)?.[1];
    if (digits !== undefined) bytes.set(id, Number.parseInt(digits, 16));
  });
  const values = new Set(bytes.values());
  for (let byte = 0; byte < 256; byte++) {
    if (!values.has(byte))
      throw new UsageError(
        `bpe tokenizer: the vocabulary has no token for byte 0x${byte.toString(16).padStart(2, '0')}`,
      );
  }
  return bytes;
}

/**
 * A tokenizer with `<unk>` 0 (also the pad token, since byte fallback makes it free), BOS 1, EOS 2. `encode` puts a
 * space before the text, as SentencePiece does, and `decode` strips it again after BOS: decode([BOS, ...encode(text)])
 * is the text. Text never becomes a control or byte token by its spelling. Prompts start with BOS, and EOS or BOS ends
 * a completion: the models put it between texts. Throws UsageError for an incomplete vocabulary.
 */
export function bpeTokenizer({ vocabulary, scores, startsWithBos, endIds }: BpeDescription): Tokenizer {
  if (scores.length !== vocabulary.length)
    throw new UsageError(`bpe tokenizer: ${scores.length} scores for ${vocabulary.length} pieces`);
  const byteOf = byteTokens(vocabulary);
  const idOfByte = new Map([...byteOf].map(([id, byte]) => [byte, id]));
  const idOfPiece = new Map<string, number>();
  vocabulary.forEach((piece, id) => {
    if (id > EOS && !byteOf.has(id) && !idOfPiece.has(piece)) idOfPiece.set(piece, id);
  });
  const utf8 = new TextEncoder();
  const characterIds = (character: string): number[] => {
    const id = idOfPiece.get(character);
    return id !== undefined ? [id] : Array.from(utf8.encode(character), (byte) => idOfByte.get(byte) as number);
  };
  const find = (left: number, right: number) => {
    if (byteOf.has(left) || byteOf.has(right)) return undefined;
    const id = idOfPiece.get(tokenOf(vocabulary, left) + tokenOf(vocabulary, right));
    return id === undefined ? undefined : { id, score: scores[id] as number };
  };
  const pieceBytes = (id: number, previous: number | undefined): Iterable<number> => {
    const piece = tokenOf(vocabulary, id);
    if (own.isControl(id)) return [];
    const byte = byteOf.get(id);
    if (byte !== undefined) return [byte];
    return utf8.encode(previous === BOS && piece.startsWith(' ') ? piece.slice(1) : piece);
  };
  const own: Vocabulary = {
    vocabSize: vocabulary.length,
    padId: UNKNOWN,
    bosId: BOS,
    eosId: EOS,
    // One for each character, as a piece or a byte, and one for the space before the text.
    mostIds: (characters) => characters + 1,
    encode: (text) => (text === '' ? [] : mergePairs(Array.from(` ${text}`).flatMap(characterIds), find)),
    // A character may span several byte tokens, so all bytes are joined and decoded once.
    decode: (ids) =>
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        Uint8Array.from(ids.flatMap((id, i) => [...pieceBytes(id, ids[i - 1])])),
      ),
    tokenText: (id) => tokenOf(vocabulary, id),
    isControl: (id) => id === UNKNOWN || id === BOS || id === EOS,
    describe: () => ({ kind: 'bpe', vocabulary: [...vocabulary], scores: [...scores] }),
  };
  return framed(own, { startsWithBos, endIds }, { startsWithBos: true, endIds: [EOS, BOS] });
}
