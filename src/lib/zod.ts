/**
 * @file zod without the code it would write and evaluate for speed: its first look whether it may is a violation of the
 * page's policy.
 */
import { config, z } from 'zod';

config({
  jitless: true,
  // zod's own words for a key that its schema refuses do not say why.
  customError: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined),
});

export { z };
