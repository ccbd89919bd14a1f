/** @file The first script of the page: starts the worker that will train while the browser still loads the page itself. */
import { trainerWorkers } from '../worker/trainerWorkers.ts';

trainerWorkers.prepare(1);
