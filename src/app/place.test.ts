/** @file The place survives being written to an address and read back; unknown words become a sentence. */
import { expect, test } from 'vitest';
import { tasks } from '../tasks/index.ts';
import { playground, readPlace, withPlace, type Place } from './place.ts';
import { createPlaceStore } from './stores/placeStore.ts';
import { readLink } from './url.ts';

const read = (hash: string) => readPlace(new URLSearchParams(hash.replace('#', '')));

test('a place is written into the hash beside the settings and read back', () => {
  const places: readonly Place[] = [
    playground,
    { view: 'atlas', lesson: null, entry: null },
    { view: 'atlas', lesson: null, entry: 'paper-80' },
    { view: 'lessons', lesson: 'leash', entry: null },
    { view: 'lessons', lesson: 'own-0123456789abcdef', entry: null },
    { view: 'lessons', lesson: 'json.q1Yq-_', entry: null },
  ];
  for (const place of places) expect(read(withPlace('#beta=0.1', place))).toEqual({ place, problems: [] });
  expect(withPlace('', playground)).toBe('');
  expect(withPlace('#beta=0.1', { ...playground, view: 'atlas' })).toBe('#beta=0.1&view=atlas');
});

test('an unknown view, lesson or entry is reported; words of another view are ignored', () => {
  const { place, problems } = read('view=maps&lesson=zebra&entry=paper-95');
  expect(place).toEqual(playground);
  expect(problems).toHaveLength(3);
  expect(problems[0]).toBe('view: there is no “maps”; known are playground, lessons, atlas.');
  expect(read('view=atlas&lesson=leash').place.lesson).toBeNull();
});

test('the settings of an address ignore the place, except for its problems', () => {
  expect(readLink('', '#v=2&view=atlas&entry=paper-80&beta=0.1', tasks)).toMatchObject({
    notices: [],
    config: { beta: 0.1 },
  });
  expect(readLink('', '#view=maps', tasks).notices).toHaveLength(1);
});

test('going to the beginning of a view adds a history entry; going to the open place does not', () => {
  const store = createPlaceStore({ view: 'lessons', lesson: 'leash', entry: null });
  const steps: Place[] = [];
  store.subscribe((place) => void steps.push(place));
  store.go({ view: 'lessons' });
  store.go({ view: 'lessons' });
  store.go({ view: 'atlas', entry: 'paper-80' });
  store.go({ view: 'atlas' });
  expect(steps).toEqual([
    { ...playground, view: 'lessons' },
    { view: 'atlas', lesson: null, entry: 'paper-80' },
    { ...playground, view: 'atlas' },
  ]);
});
