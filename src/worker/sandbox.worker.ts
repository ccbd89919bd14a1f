/** @file Entry of a browser worker that calls reward functions written by users. */
import { scopePort } from './browserPort.ts';
import { holdLifeline } from './lifeline.ts';
import { serveSandbox } from './sandboxHost.ts';

// Listens at once: what is asked of a worker before it listens is lost.
serveSandbox(scopePort(globalThis), holdLifeline(self.name));
