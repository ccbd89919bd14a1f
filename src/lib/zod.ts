/**
 * @file zod without generated code: its probe whether `eval` is allowed already violates the page's content security
 * policy.
 */
import { config, z } from 'zod';

config({
  jitless: true,
  // zod's own message for a refused key does not say why it was refused.
  customError: (issue) => (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined),
});

export { z };
