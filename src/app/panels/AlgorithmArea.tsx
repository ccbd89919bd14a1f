/** @file The algorithm, wired to the settings: its numbers, its parts, and the sections that fold away. */
import { choiceNames, type ChoiceName, OWN } from '../../rl/config/choices.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { knobNames, knobs, type KnobName } from '../../rl/config/knobs.ts';
import { wholeText } from '../../rl/formula/paper.ts';
import type { Algorithm } from '../../rl/objectives/algorithm.ts';
import { ownSettings } from '../../rl/algorithm/configured.ts';
import { scheduleSteps } from '../../rl/words/schedule.ts';
import { algorithmById } from '../../rl/papers/index.ts';
import type { Elements } from '../../ui/elements.ts';
import { AlgorithmPicker } from '../../ui/settings/AlgorithmPicker.tsx';
import type { LossTextProps } from '../../ui/settings/LossText.tsx';
import { Fold, type FoldProps } from '../../ui/settings/Fields.tsx';
import type { Typed } from '../../ui/settings/number.ts';
import { Schedules } from '../../ui/settings/Schedules.tsx';
import { Hideable } from '../../ui/Hideable.tsx';
import { text } from '../../ui/text.ts';
import { objectiveWords } from '../objective.ts';
import { settingLabel } from '../settingLabels.ts';
import { choiceViews, inUse, knobViews, numberViews, scheduleViews, type ViewContext } from '../settingViews.ts';
import type { Session } from '../stores/session.ts';
import { algorithmChoices } from './algorithmChoices.ts';
import { StagesEditor } from './StagesArea.tsx';

/** Sections that fold away, by topic. */
const folds: readonly (Pick<FoldProps, 'id' | 'title' | 'restartFirst'> & {
  readonly knobs: readonly KnobName[];
  readonly choices: readonly ChoiceName[];
})[] = [
  {
    id: 'leash',
    title: text.settings.leash,
    knobs: ['klTarget', 'klHorizon'],
    choices: ['klEstimator', 'klPlacement', 'klBiasCorrection', 'klControl'],
  },
  {
    id: 'updates',
    title: text.settings.updates,
    knobs: ['epsilon', 'numIterations', 'numMinibatches', 'maxGradNorm', 'warmupSteps'],
    choices: ['lrScheduler', 'importanceCorrection', 'offPolicyMask', 'trainedWeights', 'rsLora'],
  },
  {
    id: 'entropy',
    title: text.settings.entropy,
    knobs: ['entropyCoef', 'entropyTarget', 'topEntropyQuantile'],
    choices: [],
  },
  {
    id: 'prompts',
    title: text.settings.prompts,
    restartFirst: true,
    choices: ['promptSampler', 'priorPrompt'],
    knobs: [
      'lowestDifficulty',
      'promptPool',
      'passRateMin',
      'passRateMax',
      'secLearningRate',
      'secTemperature',
      'verifierErrorRate',
    ],
  },
];

interface AreaProps {
  readonly session: Session;
  readonly context: ViewContext;
}

function setters({ session: { settings }, context }: AreaProps) {
  return {
    onKnob(name: string, value: Typed) {
      const knob = knobNames.find((known) => known === name);
      if (knob) settings.setKnob(knob, value);
    },
    onNumber(id: string, value: Typed) {
      const setting = ownSettings(context.algorithm).find((own) => own.id === id);
      if (setting) settings.setNumber(setting, value);
    },
    onChoice(name: string, id: string) {
      const choice = choiceNames.find((known) => known === name);
      if (choice) settings.setChoice(choice, id);
    },
  };
}

/** The loss in effect: the own text, or that of the algorithm with its chosen KL penalty. */
export function lossOf(config: TrainConfig, algorithm: Algorithm, paper: Algorithm): LossTextProps {
  const isOwn = config.objectiveText !== '';
  return {
    title: isOwn ? text.objective.title(paper.title) : paper.title,
    loss: isOwn ? config.objectiveText : wholeText(algorithm),
    advantage:
      config.advantage === OWN ? paper.formula.split(/,\s{2,}/).find((line) => line.startsWith('A = ')) : undefined,
    fields: Object.fromEntries([
      ...ownSettings(algorithm).map((setting) => [setting.id, settingLabel(setting.id)]),
      ...knobNames.map((name) => [knobs[name].id, knobs[name].label]),
    ]),
    words: Object.fromEntries(objectiveWords(paper).map(({ name, summary }) => [name, summary])),
  };
}

/** `store`: the fields of an offline rollout file. */
export function AlgorithmArea(props: AreaProps & { readonly store?: Elements }) {
  const { session, context, store } = props;
  const { onNumber, onChoice } = setters(props);
  const paper = algorithmById(context.settings.config.algorithm);
  return (
    <>
      <AlgorithmPicker
        choices={algorithmChoices}
        algorithm={paper}
        loss={lossOf(context.settings.config, context.algorithm, paper)}
        isOwn={context.settings.config.objectiveText !== ''}
        waiting={context.waiting.includes('algorithm')}
        onPick={session.settings.chooseAlgorithm}
      />
      <Fold
        id="algorithm"
        title={text.settings.numbersOf(paper.title)}
        knobs={inUse(numberViews(context), context)}
        restartFirst
        choices={choiceViews(['rollouts', 'advantage', 'aggregation', 'maskedCompletions', 'zeroStdGroups'], context)}
        below={context.settings.config.rollouts === 'offline' ? { rollouts: store } : {}}
        onKnob={onNumber}
        onChoice={onChoice}
      />
    </>
  );
}

export function FoldsArea(props: AreaProps) {
  const { onKnob, onChoice } = setters(props);
  const { session, context } = props;
  return (
    <>
      {folds.map(({ knobs: names, choices, ...fold }) => (
        <Hideable key={fold.id} name={fold.id}>
          <Fold
            {...fold}
            knobs={inUse(knobViews(names, context), context)}
            choices={choiceViews(choices, context)}
            onKnob={onKnob}
            onChoice={onChoice}
          />
        </Hideable>
      ))}
      <Hideable name="stages">
        <StagesEditor session={session} context={context} />
      </Hideable>
      <Hideable name="schedules">
        <Schedules
          numbers={scheduleViews(context)}
          steps={scheduleSteps}
          runSteps={context.settings.config.maxSteps}
          onMove={session.settings.setSchedule}
        />
      </Hideable>
    </>
  );
}
