/** @file Exhibits of the inspector: a group, a token with its distributions, and a question to both policies. */
import { present } from '../lib/assert.ts';
import { defaultConfig } from '../rl/config/config.ts';
import { runObjective } from '../rl/algorithm/asRun.ts';
import { formulaPull, formulaValues } from '../rl/formula/explain.ts';
import { tasks } from '../tasks/index.ts';
import { AskPanel } from '../ui/inspector/AskPanel.tsx';
import { GroupPanel } from '../ui/inspector/GroupPanel.tsx';
import { TokenDetail } from '../ui/inspector/TokenDetail.tsx';
import { text } from '../ui/text.ts';
import { Exhibit } from './Exhibit.tsx';
import { methodColor } from '../app/chartSpecs.ts';
import { fakeDistribution, fakeStep } from '../app/fixture/fakeRun.ts';
import { updateNote } from '../app/updateNote.ts';

const task = present(tasks[0], 'a task');
const config = { ...defaultConfig, maxSteps: 200 };
const ignore = () => undefined;
const clip = { of: 'tokens', low: 0.8, high: 1.2, cap: Infinity } as const;

/** An opened token in every state of its request. */
function Tokens() {
  const completion = present(fakeStep(config, task, 40).groups[0]?.completions[0], 'a completion');
  const shared = {
    token: 1,
    clip,
    hasAdvantages: true,
    step: 40,
    onClose: ignore,
    onAskAgain: ignore,
    onRebuild: ignore,
  };
  const opened = {
    completion,
    places: null,
    askedAt: 40,
    error: null,
    lines: null,
    linesError: null,
    notes: [],
    pull: null,
  };
  const tokens = completion.tokens.map((_, t) => ({
    logp: completion.policyLogProbs[t] ?? 0,
    oldLogp: completion.logProbs[t] ?? 0,
    refLogp: completion.refLogProbs[t] ?? 0,
    advantage: completion.advantage,
    reward: completion.reward,
    expert: 0,
    entropy: completion.entropy[t] ?? 0,
    klExact: completion.kl[t] ?? 0,
  }));
  const formula = runObjective({ id: 'grpo' }).formula;
  const numbers = { epsilon: 0.2, beta: 0.05 };
  const answer = {
    lines: formulaValues(formula, tokens, numbers),
    pull: formulaPull(formula, tokens, numbers),
    notes: [text.token.leftOut.critic],
  };
  const places = (before: number | null) =>
    completion.tokenIds.map((id, index) => fakeDistribution(1, id, index, { before, now: 0.7 }, 6));
  return (
    <>
      <Exhibit name="Token: asking">
        <TokenDetail {...shared} opened={opened} />
      </Exhibit>
      <Exhibit name="Token: answered">
        <TokenDetail {...shared} opened={{ ...opened, ...answer, places: places(0.5) }} />
      </Exhibit>
      <Exhibit name="Token: of an older step">
        <TokenDetail {...shared} opened={{ ...opened, ...answer, places: places(null), askedAt: 52 }} />
      </Exhibit>
      <Exhibit name="Token: the policy before is not held">
        <TokenDetail {...shared} opened={{ ...opened, ...answer, places: places(null) }} />
      </Exhibit>
      <Exhibit name="Token: refused">
        <TokenDetail {...shared} hasAdvantages={false} opened={{ ...opened, error: 'The run was lost.' }} />
      </Exhibit>
    </>
  );
}

function Groups() {
  const group = present(fakeStep(config, task, 40).groups[0], 'a group');
  const methods = Object.fromEntries(
    task.methods.map((method, index) => [method.id, { label: method.label, color: methodColor(index) }]),
  );
  const shared = {
    groupIndex: 0,
    groupCount: 8,
    steps: 40,
    step: 40,
    hasLater: true,
    methods,
    clip,
    hasAdvantages: true,
    opened: null,
    onRebuild: null,
    onOpen: ignore,
    onClose: ignore,
    onGroup: ignore,
    onHold: ignore,
  };
  return (
    <>
      <Exhibit name="Group: empty">
        <GroupPanel {...shared} steps={0} group={null} viewed={null} held={false} />
      </Exhibit>
      <Exhibit name="Group: not in memory">
        <GroupPanel {...shared} group={null} viewed={null} held={false} />
      </Exhibit>
      <Exhibit name="Group: held">
        <GroupPanel {...shared} group={group} viewed={null} held />
      </Exhibit>
      <Exhibit name="Group: of a viewed step">
        <GroupPanel {...shared} group={group} viewed={40} held={false} />
      </Exhibit>
      <Exhibit name="Group: no gradient">
        <GroupPanel
          {...shared}
          group={group}
          viewed={null}
          held={false}
          note={updateNote({ num_updates: 1, num_updates_zero_grad: 1 })}
        />
      </Exhibit>
    </>
  );
}

function Asks() {
  const shared = {
    prompt: '3+14+7=',
    trueAnswer: '24',
    example: '3+14+7=',
    knows: text.ask.knowsTaught('3+14+7='),
    enabled: true,
    shown: 40,
    onPrompt: ignore,
    onRandom: ignore,
    onAsk: ignore,
  };
  const result = {
    prompt: '3+14+7=',
    step: 40,
    base: [
      { text: '23', correct: false },
      { text: '24', correct: true },
    ],
    tuned: [{ text: '[17]24', correct: true }, { text: '' }],
  };
  return (
    <>
      <Exhibit name="Ask: empty">
        <AskPanel {...shared} busy={false} error={null} result={null} />
      </Exhibit>
      <Exhibit name="Ask: busy">
        <AskPanel {...shared} busy error={null} result={null} />
      </Exhibit>
      <Exhibit name="Ask: answered">
        <AskPanel {...shared} busy={false} error={null} result={result} />
      </Exhibit>
      <Exhibit name="Ask: refused">
        <AskPanel
          {...shared}
          busy={false}
          error={text.ask.refused('prompt: the policy does not know “é”')}
          result={null}
        />
      </Exhibit>
    </>
  );
}

export function Inspector() {
  return (
    <>
      <Groups />
      <Tokens />
      <Asks />
    </>
  );
}
