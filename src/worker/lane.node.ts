/** @file Entry of a Node thread for one lane. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from '../lib/zod.ts';
import { createRuntime } from '../engine/runtime/index.ts';
import { present } from '../lib/assert.ts';
import { LocalLane } from '../rl/learner/lane.ts';
import { parentThreadPort } from './nodePort.ts';
import { serve } from './serve.ts';

const { backend } = z.strictObject({ backend: z.enum(['node', 'wasm']) }).parse(workerData);
const makeLane = async () => new LocalLane(await createRuntime(backend));
serve(parentThreadPort(present(parentPort, 'the thread that started this lane')), makeLane());
