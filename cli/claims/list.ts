/** @file The atlas with its stored results: every paper's status, and date, code and weights of every stored result. */
import { atlasPapers } from '../../src/lessons/atlas.ts';
import { type PaperStatus, type Status, statuses, statusOf } from '../../src/lessons/status.ts';
import { powerWords } from './pilot.ts';
import { type Stored, storedResults, weightsOf, type WeightsStatus } from './stored.ts';

/** Origin of a stored result. */
export interface Provenance extends Pick<
  Stored,
  'experiment' | 'paper' | 'verdict' | 'date' | 'version' | 'seeds' | 'judged' | 'finding' | 'preconditions'
> {
  readonly power?: Stored['power'];
  readonly weights: WeightsStatus;
}

export interface Listing {
  readonly papers: readonly PaperStatus[];
  readonly results: readonly Provenance[];
}

/** Every paper with its status, and every stored result. */
export function listing(): Listing {
  const stored = storedResults();
  return {
    papers: atlasPapers.map((row) => {
      const result = stored.find(({ paper }) => paper === row.paper);
      return statusOf(row, result ? { ...result, paper: row.paper } : null);
    }),
    results: stored.map((result) => {
      const { experiment, paper, verdict, date, version, seeds, judged, finding, preconditions, power } = result;
      return {
        experiment,
        ...(paper === undefined ? {} : { paper }),
        verdict,
        date,
        version,
        seeds,
        ...(judged ? { judged } : {}),
        ...(finding === undefined ? {} : { finding }),
        ...(preconditions ? { preconditions } : {}),
        ...(power ? { power } : {}),
        weights: weightsOf(result),
      };
    }),
  };
}

const provenanceText = ({ date, version, seeds, judged, weights }: Provenance): string =>
  `${date}, commit ${version}, ${seeds.length} seeds, ${weights}${judged ? `; judged again ${judged.date}, commit ${judged.version}` : ''}`;

/** Preconditions, power and finding of a stored result, a line each; a result without a pilot says so. */
const detailLines = ({ preconditions = [], power, finding }: Provenance): string[] =>
  [
    ...preconditions.map(({ rule, holds }) => `precondition ${holds ? 'met' : 'NOT MET'}: ${rule}`),
    power ? powerWords(power, (arm) => arm) : 'power not measured: no comparison is planned',
    ...(finding === undefined ? [] : [finding]),
  ].map((line) => `      ${line}`);

/** One line per paper, one per stored result without a paper, and the number of papers with each status. */
export function listText({ papers, results }: Listing): string {
  const lines = papers.flatMap(({ paper, title, stage, status, missing }) => {
    const result = results.find((stored) => stored.paper === paper);
    const head = `${String(paper).padStart(2)}  stage ${stage}  ${status.padEnd(23)}  ${title}${result ? `  (${provenanceText(result)})` : ''}${missing.length > 0 ? `  missing: ${missing.join(', ')}` : ''}`;
    return [head, ...(result ? detailLines(result) : [])];
  });
  const others = results
    .filter(({ paper }) => paper === undefined)
    .flatMap((result) => [
      `    ${result.experiment.padEnd(10)}  ${result.verdict.padEnd(23)}  (${provenanceText(result)})`,
      ...detailLines(result),
    ]);
  const count = (status: Status) => `${papers.filter((paper) => paper.status === status).length} ${status}`;
  return [...lines, ...(others.length > 0 ? ['', ...others] : []), '', statuses.map(count).join(', ')].join('\n');
}
