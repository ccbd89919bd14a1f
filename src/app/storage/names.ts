/** @file Names for runs that people remember: a quality and an animal. */

const qualities = [
  'amber', 'brave', 'brisk', 'calm', 'clever', 'cosy', 'crisp', 'curious', 'daring', 'eager', 'early', 'fair', 'fleet', 'fond', 'gentle', 'glad',
  'golden', 'happy', 'hardy', 'honest', 'jolly', 'keen', 'kind', 'lively', 'loyal', 'lucky', 'mellow', 'merry', 'mild', 'neat', 'nimble', 'noble',
  'patient', 'plucky', 'polite', 'proud', 'quick', 'quiet', 'ready', 'rosy', 'silent', 'silver', 'sly', 'snug', 'spry', 'steady', 'sunny', 'swift',
  'tidy', 'tiny', 'trusty', 'upbeat', 'vivid', 'warm', 'wary', 'wild', 'wise', 'witty', 'young', 'zesty', 'bold', 'bright', 'deft', 'frank',
] as const;

const animals = [
  'badger', 'bat', 'bear', 'beaver', 'bee', 'bison', 'camel', 'cat', 'crab', 'crane', 'crow', 'deer', 'dove', 'duck', 'eagle', 'eel',
  'elk', 'falcon', 'ferret', 'finch', 'fox', 'frog', 'gecko', 'goat', 'goose', 'hare', 'hawk', 'heron', 'horse', 'ibis', 'jay', 'koala',
  'lark', 'lemur', 'lion', 'lynx', 'magpie', 'marten', 'mole', 'moth', 'mouse', 'newt', 'orca', 'otter', 'owl', 'panda', 'pike', 'puffin',
  'quail', 'rabbit', 'raven', 'robin', 'salmon', 'seal', 'shrew', 'sloth', 'snail', 'stoat', 'swan', 'tapir', 'toad', 'vole', 'wolf', 'wren',
] as const;

/** The name of a run by its id, another one where it is taken. */
export function nameOf(id: string, taken: ReadonlySet<string>): string {
  const seed = Number.parseInt(id.slice(0, 8), 16);
  const all = qualities.length * animals.length;
  for (let shift = 0; shift < all; shift++) {
    const place = (seed + shift * 67) % all;
    const name = `${qualities[place % qualities.length]}-${animals[Math.floor(place / qualities.length)]}`;
    if (!taken.has(name)) return name;
  }
  return id.slice(0, 8);
}
