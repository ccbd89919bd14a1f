/** @file Entry of a Node thread that runs reward functions written by users. */
import { parentPort } from 'node:worker_threads';
import { present } from '../lib/assert.ts';
import { parentThreadPort } from './nodePort.ts';
import { serveSandbox } from './sandboxHost.ts';

serveSandbox(parentThreadPort(present(parentPort, 'the thread that started this sandbox')));
