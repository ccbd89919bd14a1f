/** @file A frozen lake as text: parsing a map, walking on it, and the shortest way. */
import type { Cell } from './scene.ts';

export const CELLS: Readonly<Record<string, Cell>> = { '.': 'ice', o: 'hole', s: 'start', g: 'goal' };

export const MOVES = { u: [-1, 0], d: [1, 0], l: [0, -1], r: [0, 1] } as const;
export type Move = keyof typeof MOVES;
export const moves = Object.keys(MOVES) as Move[];

export type Place = readonly [row: number, column: number];

/** A square map; each row is a string of cell characters. */
export interface Lake {
  readonly rows: readonly string[];
  readonly start: Place;
}

const at = ({ rows }: Lake, [row, column]: Place): string => rows[row]?.charAt(column) ?? '';

/** The map of rows separated by `/`, or null unless it is square with one start and one goal. */
export function readLake(text: string): Lake | null {
  const rows = text.split('/');
  const flat = rows.join('');
  const isMap = rows.every((row) => row.length === rows.length && /^[.osg]+$/.test(row));
  if (!isMap || flat.split('s').length !== 2 || flat.split('g').length !== 2) return null;
  const index = flat.indexOf('s');
  return { rows, start: [Math.floor(index / rows.length), index % rows.length] };
}

/** The place after a move; a move against the edge stays in place. */
export function moved(lake: Lake, [row, column]: Place, move: Move): Place {
  const [down, right] = MOVES[move];
  const next: Place = [row + down, column + right];
  return at(lake, next) === '' ? [row, column] : next;
}

export interface Walk {
  readonly path: readonly Place[];
  /** `elsewhere` also if moves are left after the goal. */
  readonly ending: 'goal' | 'hole' | 'elsewhere';
}

/** Walks until the moves end, or on a hole or the goal. */
export function walk(lake: Lake, steps: string): Walk {
  const path: Place[] = [lake.start];
  for (const [index, step] of [...steps].entries()) {
    const place = moved(lake, path.at(-1) as Place, step as Move);
    path.push(place);
    const cell = at(lake, place);
    if (cell === 'o') return { path, ending: 'hole' };
    if (cell === 'g') return { path, ending: index === steps.length - 1 ? 'goal' : 'elsewhere' };
  }
  return { path, ending: 'elsewhere' };
}

const key = ([row, column]: Place): number => row * 16 + column;

/** Moves over ice from every place to the goal; undefined where there is no way. */
export function distances(lake: Lake): (place: Place) => number | undefined {
  const row = lake.rows.findIndex((cells) => cells.includes('g'));
  const goal: Place = [row, lake.rows[row]?.indexOf('g') ?? 0];
  const found = new Map([[key(goal), 0]]);
  const queue: Place[] = [goal];
  for (const place of queue) {
    for (const move of moves) {
      const next = moved(lake, place, move);
      if (at(lake, next) === 'o' || found.has(key(next))) continue;
      found.set(key(next), (found.get(key(place)) ?? 0) + 1);
      queue.push(next);
    }
  }
  return (place) => found.get(key(place));
}

/** The eight rotations and reflections of a map, as text. */
export function images({ rows }: Lake): string[] {
  const turned = (map: readonly string[]): string[] =>
    map.map((_, i) =>
      map
        .map((row) => row.charAt(i))
        .reverse()
        .join(''),
    );
  const flipped = (map: readonly string[]): string[] => map.map((row) => [...row].reverse().join(''));
  let map: readonly string[] = rows;
  return Array.from({ length: 4 }, () => {
    map = turned(map);
    return [map.join('/'), flipped(map).join('/')];
  }).flat();
}
