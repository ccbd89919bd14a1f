/** @file The most likely next tokens under several policies, from logits of one part of the vocabulary at a time. */
import { present } from '../../lib/assert.ts';
import type { Likeliest, LikeliestQuery } from '../trajectory/tokens.ts';
import type { Learner } from './learner.ts';

/** Sums over the logits z so far: top = max z, total = sum e^(z - top), weighted = sum e^(z - top) z. */
interface Sums {
  top: number;
  total: number;
  weighted: number;
}

/** Adds logits / `temperature` to the sums, in float64; the maximum runs along (arXiv 1805.02867). */
function addTo(sums: Sums, logits: Float32Array, temperature: number): void {
  let top = sums.top;
  for (const logit of logits) top = Math.max(top, logit / temperature);
  const kept = Math.exp(sums.top - top);
  let [total, weighted] = [sums.total * kept, sums.weighted * kept];
  for (const logit of logits) {
    const z = logit / temperature;
    const share = Math.exp(z - top);
    total += share;
    if (share > 0) weighted += share * z;
  }
  Object.assign(sums, { top, total, weighted });
}

/** Collects the tokens of one column. */
export class LikeliestTokens {
  private readonly sums: readonly Sums[];
  /** By policy, the most likely tokens so far: first the most likely, and of equal ones the smaller id. */
  private readonly best: readonly number[][];
  /** Logits / temperature of tokens that were among them, and of `own`, by policy. */
  private readonly seen = new Map<number, readonly number[]>();

  /** `own`: the token that the row has here. */
  constructor(
    policies: number,
    private readonly own: number,
    private readonly count: number,
    private readonly temperature: number,
  ) {
    this.sums = Array.from({ length: policies }, () => ({ top: -1e30, total: 0, weighted: 0 }));
    this.best = this.sums.map(() => []);
  }

  /** Takes the logits of tokens `start`, `start` + 1, ... under every policy; parts come in ascending order. */
  add(start: number, logits: readonly Float32Array[]): void {
    const keep = (id: number) =>
      this.seen.set(
        id,
        logits.map((of) => (of[id - start] as number) / this.temperature),
      );
    if (this.own >= start && this.own < start + (logits[0]?.length ?? 0)) keep(this.own);
    logits.forEach((of, policy) => {
      addTo(this.sums[policy] as Sums, of, this.temperature);
      let least = this.least(policy);
      for (let i = 0; i < of.length; i++) {
        if (!((of[i] as number) / this.temperature > least)) continue;
        keep(start + i);
        this.insert(policy, start + i);
        least = this.least(policy);
      }
    });
  }

  result(): Likeliest {
    const ids = [...new Set([...this.best.flat(), this.own])];
    const policies = this.sums.map(({ top, total, weighted }, policy) => {
      const lse = top + Math.log(total);
      return { logProbs: ids.map((id) => this.logit(id, policy) - lse), entropy: lse - weighted / total };
    });
    return { ids, policies };
  }

  private logit(id: number, policy: number): number {
    return present(this.seen.get(id), `token ${id}`)[policy] as number;
  }

  /** The logit that a token must exceed to be among the most likely. */
  private least(policy: number): number {
    const best = this.best[policy] as number[];
    return best.length < this.count ? -Infinity : this.logit(best.at(-1) as number, policy);
  }

  private insert(policy: number, id: number): void {
    const best = this.best[policy] as number[];
    const z = this.logit(id, policy);
    const place = best.findIndex((other) => this.logit(other, policy) < z);
    best.splice(place < 0 ? best.length : place, 0, id);
    best.length = Math.min(best.length, this.count);
  }
}

/** The answer of a learner that computes whole distributions. */
export async function likeliestOf(
  learner: Pick<Learner, 'read'>,
  { batch, columns, slots, count }: LikeliestQuery,
): Promise<Likeliest[]> {
  const logs: Float32Array[] = [];
  for (const slot of slots)
    logs.push(present((await learner.read(batch, slot, true)).logDistribution, 'distributions of the learner'));
  const width = (logs[0]?.length ?? 0) / (batch.tokenIds.length - batch.rows);
  return columns.map((column) => {
    const place = new LikeliestTokens(slots.length, batch.tokenIds[column + 1] as number, count, 1);
    place.add(
      0,
      logs.map((log) => log.subarray(column * width, (column + 1) * width)),
    );
    return place.result();
  });
}
