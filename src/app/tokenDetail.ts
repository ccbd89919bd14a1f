/** @file Data behind an opened token: distributions from the trainer, and the objective evaluated on its completion. */
import { useEffect, useRef, useState } from 'react';
import type { TrainConfig } from '../rl/config/config.ts';
import { knobs } from '../rl/config/knobs.ts';
import { algorithmOf } from '../rl/algorithm/compose.ts';
import { algorithmChoice } from '../rl/algorithm/configured.ts';
import { sentenceOf } from '../rl/run/failure.ts';
import type { StepReport } from '../rl/run/trainer.ts';
import type { CompletionReport, GroupReport } from '../rl/step/report.ts';
import type { OpenedView } from '../ui/inspector/TokenDetail.tsx';
import { loadCode } from '../ui/load.ts';
import { text } from '../ui/text.ts';
import type { ClipView, CompletionView } from '../ui/types.ts';
import type { RunStore } from './stores/runStore.ts';
import type { Viewing } from './stores/viewing.ts';

/** Clip bounds of the algorithm at one step; null if it does not clip the ratio of tokens or completions. */
export function clipOf(config: TrainConfig, { settings }: Pick<StepReport, 'settings'>): ClipView | null {
  const { clips, settings: declared } = algorithmOf(algorithmChoice(config));
  const { epsilon, epsilon_high: above = epsilon, delta = Infinity, clip_ratio_c: dual = Infinity } = settings;
  if (
    (clips !== 'tokens' && clips !== 'completions') ||
    epsilon === undefined ||
    above === undefined ||
    !declared.some(({ id }) => id === knobs.epsilon.id)
  )
    return null;
  return { of: clips, low: 1 - epsilon, high: 1 + above, cap: Math.min(delta, dual) };
}

/**
 * Values of every line of the objective at every token. The parser of formulas is loaded when a token is first opened.
 */
async function linesOf(
  config: TrainConfig,
  completion: CompletionReport,
  settings: StepReport['settings'],
): Promise<Pick<OpenedView, 'lines' | 'notes' | 'pull'>> {
  const [{ runObjective }, { formulaPull, formulaValues }] = await loadCode('formula', () =>
    Promise.all([import('../rl/algorithm/asRun.ts'), import('../rl/formula/explain.ts')]),
  );
  const { formula, leftOut } = runObjective(algorithmChoice(config));
  const { policyLogProbs, logProbs, refLogProbs, tokenAdvantages, entropy, kl } = completion;
  const at = (values: readonly number[], t: number): number => values[t] ?? Number.NaN;
  const tokens = completion.tokens.map((_, t) => ({
    logp: at(policyLogProbs, t),
    oldLogp: at(logProbs, t),
    refLogp: at(refLogProbs, t),
    advantage: at(tokenAdvantages, t),
    reward: completion.shapedReward,
    expert: 0,
    entropy: at(entropy, t),
    klExact: at(kl, t),
  }));
  return {
    lines: formulaValues(formula, tokens, settings),
    notes: leftOut.map((part) => text.token.leftOut[part]),
    pull: formulaPull(formula, tokens, settings),
  };
}

/** The run, and the step that the page shows of it. */
interface Looked {
  readonly run: RunStore;
  readonly viewing: Viewing;
  readonly viewed: number | null;
}

/** The completion of the opened token and the data that arrives for it. Opening it again renews the distributions. */
export function useOpened({ run, viewing, viewed }: Looked, report: StepReport | undefined, group: GroupReport | null) {
  const [opened, setOpened] = useState<OpenedView | null>(null);
  const turn = useRef(0);
  // Completions of another run or step close.
  const isHere =
    opened !== null && group !== null && group.completions.some((completion) => completion === opened.completion);
  useEffect(() => () => void turn.current++, []);

  const open = async (wanted: CompletionView) => {
    const { config, step } = run.getState();
    const completion = group?.completions.find((candidate) => candidate === wanted);
    if (!completion || !group || !report || !config) return;
    const mine = ++turn.current;
    const add = (news: Partial<OpenedView>) =>
      mine === turn.current && setOpened((before) => before && { ...before, ...news });
    setOpened({
      completion,
      places: null,
      askedAt: step,
      error: null,
      lines: null,
      linesError: null,
      notes: [],
      pull: null,
    });
    const lines = linesOf(config, completion, report.settings).then(add, (cause: unknown) =>
      add({ linesError: sentenceOf(cause) }),
    );
    try {
      // The page numbers steps from 1, the trainer from 0.
      const { prompt } = group;
      const { tokenIds } = completion;
      const reader = await viewing.reader();
      const places = await reader?.trainer().distributions({ prompt, tokenIds, step: report.step - 1 });
      if (reader && places) add({ places, askedAt: reader.getState().step });
    } catch (cause) {
      add({ error: sentenceOf(cause) });
    }
    await lines;
  };
  const renew = useRef(() => {});
  useEffect(() => void (renew.current = () => void (isHere && open(opened.completion))));
  useEffect(() => renew.current(), [viewed]);
  return {
    opened: isHere ? opened : null,
    open: (completion: CompletionView) => void open(completion),
    close() {
      turn.current++;
      setOpened(null);
    },
  };
}
