/**
 * @file The first script of the page. It starts the training worker while the browser still loads the page, and sets
 * the colour scheme here because reading the storage waits for another process.
 */
import { trainerWorkers } from '../worker/trainerWorkers.ts';
import { applyInitialScheme } from './colorScheme.ts';

trainerWorkers.prepare(1);
applyInitialScheme();
