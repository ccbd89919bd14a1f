/** @file The middle of the page, in its order: the debrief, the river, the charts or one of them. */
import { Hideable } from '../../ui/Hideable.tsx';
import { Part } from '../../ui/Part.tsx';
import { CompareButton } from '../CompareButton.tsx';
import { type PartsProps, useRunTask } from '../parts.ts';
import { ChartsArea } from './ChartsArea.tsx';
import { DebriefArea } from './DebriefArea.tsx';
import { RiverArea } from './RiverArea.tsx';
import type { Chosen } from './SingleChart.tsx';
import { useOpenLesson } from './ViewsArea.tsx';

interface MiddleAreaProps extends PartsProps {
  readonly single?: Chosen;
}

export function MiddleArea({ single, ...props }: MiddleAreaProps) {
  const { session, library, comparison, place, viewing } = props;
  const task = useRunTask(props);
  const lesson = useOpenLesson(place);
  return (
    <>
      <Hideable name="debrief">
        <DebriefArea {...props} key={`debrief ${lesson}`} isFoldedFirst={lesson !== null} />
      </Hideable>
      <Hideable name="river">
        <RiverArea key={lesson} run={session.run} viewing={viewing} isFoldedFirst={lesson !== null} />
      </Hideable>
      <Part part="charts">
        <ChartsArea
          run={session.run}
          viewing={viewing}
          library={library}
          comparison={comparison}
          task={task}
          action={<CompareButton {...props} />}
          {...(single ? { single } : {})}
        />
      </Part>
    </>
  );
}
