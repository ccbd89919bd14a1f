/** @file The numbers behind the river as tables: its answers, and in an update the tokens that were pushed. */
import { formatSigned } from '../format.ts';
import { tokenLook } from '../inspector/tokenLook.ts';
import { verdictOf, verdictText } from './marks.ts';
import { allNodes, type DrawnNode, drawnTree, tipsOf } from './tree.ts';
import { arrivalsOf, pushesOf, type Arrival } from './update.ts';
import type { RiverView, TravellerView } from './view.ts';
import { riverWords as words } from './words.ts';
import styles from './River.module.css';

/** Probabilities with enough digits to be compared. */
const exactShare = (p: number): string => `${(100 * p).toFixed(2)}\u202f%`;

/** The tokens before and with a node as text. */
function textOf(node: DrawnNode): string {
  return node.parent === null ? '' : textOf(node.parent) + (node.kind === 'end' ? '' : tokenLook(node.text).shown);
}

function AnswerRow({ tip, arrival, isUpdate }: { tip: DrawnNode; arrival: Arrival | undefined; isUpdate: boolean }) {
  return (
    <tr data-key={tip.key}>
      <th scope="row">
        <code translate="no">{textOf(tip)}</code>
      </th>
      <td>{verdictText[verdictOf(tip)]}</td>
      {tip.probabilities.map((p, policy) => (
        <td key={policy}>{exactShare(p)}</td>
      ))}
      {isUpdate && (
        <>
          <td>{arrival?.numbers.join(', ')}</td>
          <td>{arrival && words.reward(arrival.rewards)}</td>
          <td>{arrival && words.advantage(arrival.advantages)}</td>
        </>
      )}
    </tr>
  );
}

interface TableProps {
  readonly river: RiverView;
  /** Empty in the film. */
  readonly completions: readonly TravellerView[];
}

function Answers({ root, completions }: { root: DrawnNode; completions: readonly TravellerView[] }) {
  const arrivals = arrivalsOf(completions);
  const isUpdate = completions.length > 0;
  const tips = tipsOf(root).filter(({ kind }) => kind === 'end' || kind === 'cut');
  const last = root.probabilities.length - 1;
  const sorted = tips.toSorted((a, b) => (b.probabilities[last] ?? 0) - (a.probabilities[last] ?? 0));
  const gathered = root.probabilities.map((_, policy) =>
    tips.reduce((left, tip) => left - (tip.probabilities[policy] ?? 0), 1),
  );
  const { columns } = words;
  return (
    <table className={styles.table}>
      <caption>{words.answersTable}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.completion}</th>
          <th scope="col">{columns.verdict}</th>
          {(last > 0 ? [columns.before, columns.after] : [columns.probability]).map((title) => (
            <th scope="col" key={title}>
              {title}
            </th>
          ))}
          {isUpdate &&
            [columns.numbers, columns.reward, columns.advantage].map((title) => (
              <th scope="col" key={title}>
                {title}
              </th>
            ))}
        </tr>
      </thead>
      <tbody translate="no">
        {sorted.map((tip) => (
          <AnswerRow key={tip.key} tip={tip} arrival={arrivals.get(tip.key)} isUpdate={isUpdate} />
        ))}
        <tr>
          <th scope="row" colSpan={2}>
            {words.gatheredRow}
          </th>
          {gathered.map((p, policy) => (
            <td key={policy}>{exactShare(Math.max(0, p))}</td>
          ))}
        </tr>
      </tbody>
    </table>
  );
}

function Tokens({ root, completions }: { root: DrawnNode; completions: readonly TravellerView[] }) {
  const pushes = pushesOf(completions);
  const rows = allNodes(root).flatMap((node) => {
    const push = pushes.get(node.key);
    return push && node.parent ? [{ node, parent: node.parent, push }] : [];
  });
  const { columns } = words;
  return (
    <table className={styles.table}>
      <caption>{words.tokensTable}</caption>
      <thead>
        <tr>
          {[columns.at, columns.token, columns.through, columns.push].map((title) => (
            <th scope="col" key={title}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody translate="no">
        {rows.map(({ node, parent, push }) => (
          <tr key={node.key} data-key={node.key}>
            <td>
              <code>{textOf(parent) || words.start}</code>
            </td>
            <th scope="row">
              <code>{tokenLook(node.text).shown}</code>
            </th>
            <td>{push.count}</td>
            <td>{formatSigned(push.net)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RiverTable({ river, completions }: TableProps) {
  const root = drawnTree(river.nodes, Infinity);
  if (!root) return null;
  return (
    <div className={styles.tables} tabIndex={0} role="region" aria-label={words.tableName} data-testid="river-table">
      <Answers root={root} completions={completions} />
      {completions.length > 0 && <Tokens root={root} completions={completions} />}
    </div>
  );
}
