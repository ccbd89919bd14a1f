/**
 * @file The first script of the page: starts the worker that will train while the browser still loads the page itself,
 * and settles the colour scheme, for which the storage is read: that waits for another process, and here nothing else
 * waits for it.
 */
import { trainerWorkers } from '../worker/trainerWorkers.ts';
import { applyInitialScheme } from './colorScheme.ts';

trainerWorkers.prepare(1);
applyInitialScheme();
