/** @file Whether a run can have the settings that a lesson file asks for: the rules are those of links. */
import type { Task } from '../tasks/task.ts';
import { EMBED, HIDE } from './layoutLink.ts';
import { placeKeys } from './place.ts';
import { currentLink, readLink } from './url.ts';

/** Words about the page and not about a run. */
const pageWords: readonly string[] = [...placeKeys, HIDE, EMBED, 'backend', 'workers', 'v'];

/** A sentence on settings that no run of a lesson can have; null for the others. */
export function settingsProblem(settings: string, tasks: readonly Task[]): string | null {
  const words = new URLSearchParams(settings);
  const foreign = [...words.keys()].find((key) => pageWords.includes(key));
  if (foreign !== undefined) return `${foreign} is about the page; a lesson sets the run alone`;
  if (!words.has('max_steps')) return 'max_steps is needed: the number of steps after which the run answers';
  const { notices, draft, offered } = readLink('', `#${currentLink}&${settings}`, tasks);
  if (draft !== null || Object.keys(offered).length > 0) return 'a lesson cannot bring code or an objective of its own';
  return notices[0] ?? null;
}
