/** @file PyTorch in a process of its own, found at run time; requests and answers are lines of JSON. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Answers, Engine, EngineFacts, Timed } from './engine.ts';

const script = fileURLToPath(new URL('../torch/serve.py', import.meta.url));

/** A distribution's PyTorch belongs to its own Python, which need not be the first in the path. */
const pythons = [process.env.ROLLOUT_PYTHON, '/usr/bin/python3', 'python3', 'python'];

export const TORCH_MISSING =
  'PyTorch was not found: install it (Debian: apt-get install python3-torch libopenblas0-openmp) or set ROLLOUT_PYTHON';

/** The Python that has PyTorch, or null. */
export function findTorch(): string | null {
  const named = pythons.filter((path) => path !== undefined && (!path.startsWith('/') || existsSync(path)));
  return named.find((path) => spawnSync(path as string, ['-c', 'import torch']).status === 0) ?? null;
}

/** PyTorch with so many threads. The process waits passively between two requests. */
export function openTorch(python: string, folder: string, threads: number): Engine {
  const child = spawn(python, [script, folder, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) },
  });
  const waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  createInterface(child.stdout).on('line', (line) => {
    const answer = JSON.parse(line) as { value?: unknown; error?: string };
    const call = waiting.shift();
    if (answer.error === undefined) call?.resolve(answer.value);
    else call?.reject(new Error(answer.error));
  });
  child.on('exit', (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`PyTorch ended with code ${code}`));
  });
  const call = <T>(method: string, ...args: unknown[]) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ resolve: resolve as (value: unknown) => void, reject });
      child.stdin.write(`${JSON.stringify({ method, args })}\n`);
    });
  return {
    facts: () => call<EngineFacts>('facts'),
    answers: () => call<Answers>('answers'),
    time: (kind, repetitions) => call<Timed>('time', kind, repetitions),
    async close() {
      child.stdin.end();
    },
  };
}
