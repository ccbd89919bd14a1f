/**
 * @file Stored results for the command: date and code version of each run, and whether its bases have the shipped
 * weights.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { weightsHash } from '../../src/policy/checkpoint.ts';
import { storedHeadSchema } from '../../src/lessons/status.ts';
import { experimentSchema } from '../../src/lessons/storedResult.ts';
import { loadPolicyFile, shippedPolicies } from '../environment.ts';
import { summarySchema } from './summary.ts';

const claimsFolder = fileURLToPath(new URL('../../public/claims/', import.meta.url));

export const resultPath = (experiment: string): string => `${claimsFolder}${experiment}.json`;

const runSchema = z.object({
  policy: z.string(),
  arm: z.string(),
  seed: z.number().int(),
  summary: summarySchema,
  rewards: z.array(z.number()).optional(),
});
const check = z.object({ rule: z.string(), holds: z.boolean() });
const powerSchema = z.object({
  of: z.string(),
  against: z.string(),
  metric: z.string(),
  mean: z.number(),
  deviation: z.number(),
  needed: z.number().int().nullable(),
});
const pilotSchema = z.object({
  seeds: z.array(z.number().int()),
  runs: z.array(runSchema),
  sweep: z
    .object({
      seed: z.number().int(),
      metric: z.string(),
      arms: z.record(
        z.string(),
        z.object({ chosen: z.number(), tried: z.array(z.tuple([z.number(), z.number().nullable()]).readonly()) }),
      ),
    })
    .optional(),
  power: powerSchema.optional(),
});

const storedSchema = storedHeadSchema.extend({
  experiment: experimentSchema,
  paper: z.number().int().optional(),
  judged: z.object({ version: z.string(), date: z.string() }).optional(),
  finding: z.string().optional(),
  preconditions: z.array(check).optional(),
  pilot: pilotSchema.optional(),
  power: powerSchema.extend({ from: z.enum(['pilot', 'reported runs']) }).optional(),
  runs: z.array(runSchema).min(1),
});

/** The parts of a stored result that are read: its origin and its runs. */
export type Stored = z.infer<typeof storedSchema>;

/** The stored result of an experiment, or null. Throws if the file is invalid or belongs to another experiment. */
export function storedResult(experiment: string): Stored | null {
  const path = resultPath(experiment);
  if (!existsSync(path)) return null;
  const result = storedSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (!result.success)
    throw new Error(
      `${path}: ${result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`,
    );
  if (result.data.experiment !== experiment) throw new Error(`${path}: it is of ${result.data.experiment}`);
  return result.data;
}

/** All stored results, the page's own first, then the papers by number. */
export function storedResults(): Stored[] {
  const results = readdirSync(claimsFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => storedResult(name.slice(0, -'.json'.length)));
  return results
    .filter((result) => result !== null)
    .toSorted((a, b) => (a.paper ?? 0) - (b.paper ?? 0) || (a.experiment < b.experiment ? -1 : 1));
}

/**
 * Whether a result's bases have the currently shipped weights. Results from before weights were hashed have only the
 * hash of the whole file.
 */
export type WeightsStatus = 'weights as shipped' | 'other weights' | 'weights not recorded';

const hashes = new Map<string, { readonly file: string; readonly weights: string }>();

/** Hashes of a shipped policy; null for an unknown name. */
function shippedHashes(policy: string): { readonly file: string; readonly weights: string } | null {
  const known = hashes.get(policy);
  if (known || !shippedPolicies().includes(policy)) return known ?? null;
  const { checkpoint } = loadPolicyFile(policy);
  const found = { file: checkpoint.manifest.sha256, weights: weightsHash(checkpoint) };
  hashes.set(policy, found);
  return found;
}

function runWeights({ policy, summary }: Stored['runs'][number]): WeightsStatus {
  const shipped = shippedHashes(policy);
  if (summary.weightsHash !== undefined)
    return summary.weightsHash === shipped?.weights ? 'weights as shipped' : 'other weights';
  return summary.policyHash === shipped?.file ? 'weights as shipped' : 'weights not recorded';
}

/** As shipped only if every run's base is. */
export function weightsOf({ runs }: Pick<Stored, 'runs'>): WeightsStatus {
  const all = new Set(runs.map(runWeights));
  return all.has('other weights')
    ? 'other weights'
    : all.has('weights not recorded')
      ? 'weights not recorded'
      : 'weights as shipped';
}
