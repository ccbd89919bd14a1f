/** @file Where a part of a JSON text stands. */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** `line 2, column 5` of the part at this path in a text of JSON; of the part around it if it is missing. */
export function jsonPlace(text: string, path: readonly PropertyKey[]): string {
  /** Of the open brackets: the key that was read last, null before it; of a list the number of the entry. */
  const open: (string | number | null)[] = [];
  let [found, depth] = [0, 0];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const isValue = !'}],:'.includes(token);
    const inside = open.at(-1);
    const isKey = inside === null && isValue;
    if (isKey) open[open.length - 1] = JSON.parse(token) as string;
    const matches = open.length > depth && open.length <= path.length && open.every((k, i) => k === path[i]);
    if (isValue && !isKey && matches) [found, depth] = [index, open.length];
    if (token === '{') open.push(null);
    else if (token === '[') open.push(0);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',') open[open.length - 1] = typeof inside === 'number' ? inside + 1 : null;
  }
  const before = text.slice(0, found).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
