/** @file Entry of a browser worker that runs reward functions written by users. */
import { scopePort } from './browserPort.ts';
import { holdLifeline } from './lifeline.ts';
import { serveSandbox } from './sandboxHost.ts';

// Listens at once: messages to a worker that does not listen yet are lost.
serveSandbox(scopePort(globalThis), holdLifeline(self.name));
