/** @file Common words, in the questions of several tasks. */
import type { Random } from '../../lib/random.ts';

const words: readonly string[] = (
  'apple autumn banana basket battle beetle berry blossom bottle breeze bridge butter button cabbage camel candle ' +
  'carpet carrot castle cellar cherry chimney circle clover coffee copper corner cotton cricket curtain dinner ' +
  'donkey dragon drawer eagle engine feather ferry forest fossil garden garlic ginger glacier grammar grape guitar ' +
  'hammer harbor helmet honey hotel island jacket jelly jungle kettle kitchen ladder lantern lemon letter lizard ' +
  'magnet mango marble meadow melon mirror monkey morning mountain museum needle noodle ocean onion orange orchard ' +
  'otter paddle paper parrot pebble pencil pepper pillow planet pocket pony potato pottery puzzle rabbit raisin ' +
  'river rocket saddle salmon school shadow shoulder silver spider spinach squirrel strawberry summer sunset table ' +
  'teapot thunder tiger tomato tunnel turtle valley velvet village violin walnut whistle willow window winter yellow'
).split(' ');

const lengths = words.map(({ length }) => length).toSorted((a, b) => b - a);

/** Most characters of `count` different words together. */
export const longestWords = (count: number): number => lengths.slice(0, count).reduce((a, b) => a + b, 0);

/** Different words. */
export function drawWords(random: Random, count: number): readonly string[] {
  const drawn = new Set<string>();
  while (drawn.size < count) drawn.add(random.pick(words));
  return [...drawn];
}
