/** @file Entry of a browser worker that calls reward functions written by users. */
import { scopePort } from './browserPort.ts';
import { holdLifeline } from './lifeline.ts';
import { serveSandbox } from './sandboxHost.ts';

await holdLifeline(self.name);
serveSandbox(scopePort(globalThis));
