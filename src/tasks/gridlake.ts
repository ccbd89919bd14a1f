/** @file GridLake: a frozen lake in the prompt, a walk from start to goal as the completion. */
import { assert } from '../lib/assert.ts';
import type { Random } from '../lib/random.ts';
import {
  CELLS,
  distances,
  images,
  type Lake,
  moved,
  MOVES,
  type Move,
  moves,
  type Place,
  readLake,
  walk,
} from './lake.ts';
import { answerTerm, formatTerm, lengthTerm, stepsTerm } from './rewardTerms.ts';
import { assertDifficulty, drawFromSplit } from './split.ts';
import type { Difficulty, Example, Method, Task } from './task.ts';

const HOLE_SHARE = 0.25;
/** The side of the lakes that no base was shown. */
const LARGEST = 6;
/**
 * Smallest distance of the goal; a nearer one is too easy. On the largest lakes the way is longer than any walk a base
 * was shown: shorter ones are found by chance.
 */
const nearest = (side: number): number => (side < LARGEST ? 3 : 9);

const difficulty: Difficulty = {
  label: 'Size',
  unit: 'cells a side',
  min: 4,
  max: LARGEST,
  default: 4,
  unseen: LARGEST,
  summary: 'How many cells the square lake has in a row; with six of them the goal is at least nine moves away.',
};

const methods: readonly Method[] = [
  {
    id: 'shortest',
    label: 'Shortest',
    summary: 'As many moves as the shortest way has.',
    does: 'takes the shortest way',
  },
  { id: 'other', label: 'Other', summary: 'More or fewer moves than the shortest way has.', does: 'takes another way' },
];

/** Most moves of a walk; leaves room for a detour of two beyond the shortest way. */
const longest = (side: number): number => 2 * side;

const lakeOf = ({ prompt }: Example): Lake | null => readLake(prompt.slice('lake '.length, -1));

/** A shortest way, at each fork a random move among those that lead nearer; without a stream the first of them. */
function shortestWay(lake: Lake, random?: Random): string {
  const distance = distances(lake);
  let place: Place = lake.start;
  let way = '';
  for (let left = distance(place) ?? 0; left > 0; left--) {
    const nearer = moves.filter((move) => distance(moved(lake, place, move)) === left - 1);
    const move = (random ? random.pick(nearer) : nearer[0]) as Move;
    way += move;
    place = moved(lake, place, move);
  }
  return way;
}

function exampleOf(prompt: string, random?: Random): Example | null {
  const [, map = ''] = /^lake ([.osg/]+)=$/.exec(prompt) ?? [];
  const lake = readLake(map);
  const side = lake?.rows.length ?? 0;
  if (!lake || side < difficulty.min || side > difficulty.max) return null;
  const way = distances(lake)(lake.start);
  if (way === undefined || way < nearest(side) || way > longest(side) - 2) return null;
  // A rotated or reflected map is the same problem.
  return {
    prompt,
    answer: shortestWay(lake, random),
    canonical: images(lake).toSorted()[0] as string,
    difficulty: side,
  };
}

function draw(random: Random, side: number): Example | null {
  const cells: string[] = Array.from({ length: side * side }, () => (random.uniform() < HOLE_SHARE ? 'o' : '.'));
  const [start = 0, goal = 0] = random.shuffle(cells.map((_, i) => i));
  cells[start] = 's';
  cells[goal] = 'g';
  const rows = Array.from({ length: side }, (_, row) => cells.slice(row * side, (row + 1) * side).join(''));
  return exampleOf(`lake ${rows.join('/')}=`, random);
}

const back = (move: Move): Move =>
  moves.find((other) => MOVES[other].every((delta, axis) => delta === -MOVES[move][axis as 0 | 1])) as Move;

/** The way with one step taken, undone and repeated. */
function withDetour(random: Random, way: string): string {
  const index = random.integer(0, way.length - 2);
  const move = way.charAt(index) as Move;
  return way.slice(0, index) + move + back(move) + way.slice(index);
}

/** The same number of moves with another last move, which does not lead to the goal. */
const missing = (random: Random, way: string): string =>
  way.slice(0, -1) + random.pick(moves.filter((move) => move !== way.at(-1)));

/** Share of the distance to the goal that the walk has covered, 0 to 1; 0 in a hole. */
function progress(completion: string, example: Example): number {
  const lake = lakeOf(example);
  if (!lake || !isWalk(lake, completion)) return 0;
  const { path, ending } = walk(lake, completion);
  if (ending === 'hole') return 0;
  const distance = distances(lake);
  const [all = 1, left = all] = [distance(lake.start), distance(path.at(-1) as Place)];
  return Math.max(0, 1 - left / all);
}

const isWalk = ({ rows }: Lake, completion: string): boolean =>
  completion.length <= longest(rows.length) && /^[udlr]+$/.test(completion);

export const gridlake: Task = {
  id: 'gridlake',
  title: 'GridLake: walk over the ice',
  summary: 'Walk from the start to the goal and fall into no hole: up, down, left, right.',
  difficulty,
  methods,
  rewardTerms: [
    answerTerm,
    formatTerm(0),
    lengthTerm(longest),
    stepsTerm('How much of the walking distance to the goal is covered at the end; 0 in a hole.', progress),
  ],
  defaultMix: { methods: { shortest: 0.7, other: 0.3 } },

  lengths(side) {
    assertDifficulty('gridlake', difficulty, side);
    // `lake `, side rows with a slash between them, `=`.
    return { prompt: side * side + side + 5, completion: longest(side) };
  },

  example(random, split, side) {
    assertDifficulty('gridlake', difficulty, side);
    return drawFromSplit('gridlake', split, () => draw(random, side));
  },

  read: (prompt) => exampleOf(prompt),

  /** The walk must end on the goal: a move after it makes it wrong. */
  verify(example, completion) {
    const lake = lakeOf(example);
    if (!lake || !isWalk(lake, completion)) return { correct: false, wellFormed: false, method: null, parsed: null };
    const method = completion.length === example.answer.length ? 'shortest' : 'other';
    return { correct: walk(lake, completion).ending === 'goal', wellFormed: true, method, parsed: completion };
  },

  demonstration(random, example, method, wrong) {
    assert(
      methods.some(({ id }) => id === method),
      `method: there is no "${method}"; choose one of ${methods.map(({ id }) => id).join(', ')}`,
    );
    const lake = lakeOf(example);
    const shortest = lake ? shortestWay(lake, random) : example.answer;
    const way = method === 'shortest' ? shortest : withDetour(random, shortest);
    return wrong ? missing(random, way) : way;
  },

  scene(example, completion) {
    const lake = lakeOf(example);
    const cells = (lake?.rows ?? []).map((row) => [...row].map((cell) => CELLS[cell] ?? 'ice'));
    if (!lake || !isWalk(lake, completion))
      return { kind: 'grid', cells, path: lake ? [lake.start] : [], ending: 'malformed' };
    return { kind: 'grid', cells, ...walk(lake, completion) };
  },
};
