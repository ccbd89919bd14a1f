/** @file The compact page for a frame: transport, three charts, the group, and a link to the full page. */
import { Hideable, useHidden } from '../ui/Hideable.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Part } from '../ui/Part.tsx';
import { text } from '../ui/text.ts';
import { ChartsArea } from './panels/ChartsArea.tsx';
import { FootArea } from './panels/FootArea.tsx';
import { GroupArea } from './panels/GroupArea.tsx';
import { PageMessages } from './PageMessages.tsx';
import { TimeArea } from './panels/TimeArea.tsx';
import { TransportArea } from './panels/TransportArea.tsx';
import { type PartsProps, useRunTask } from './parts.ts';
import { sharedAddress } from './shareLink.ts';
import type { SettingsState } from './stores/settingsState.ts';
import { useStore } from './useSampled.ts';
import styles from './App.module.css';

const all = (state: SettingsState) => state;

/** Opens the full page with the current settings and the same hidden parts. */
function FullPageLink({ session }: Pick<PartsProps, 'session'>) {
  const settings = useStore(session.settings, all);
  const hidden = useHidden();
  const wasm = new URLSearchParams(window.location.search).get('backend') === 'wasm';
  return (
    <a
      href={sharedAddress(window.location, settings, { hidden, embed: false, present: null, wasm })}
      target="_blank"
      rel="noopener"
      title={text.view.full}
      data-testid="open-full"
    >
      <span>{`${text.product} `}</span>
      <Icon name="away" />
    </a>
  );
}

export function EmbedPage(props: PartsProps) {
  const { session, library, comparison, viewing } = props;
  const task = useRunTask(props);
  return (
    <div className={styles.embed} data-testid="embed">
      <header className={styles.top}>
        <h1 className={styles.brand}>
          <FullPageLink session={session} />
        </h1>
        <Part part="transport">
          <TransportArea session={session} library={library} />
          <TimeArea run={session.run} viewing={viewing} />
        </Part>
      </header>
      <main className={styles.middle}>
        <PageMessages {...props} />
        <Part part="charts">
          <ChartsArea
            run={session.run}
            viewing={viewing}
            library={library}
            comparison={comparison}
            task={task}
            compact
          />
        </Part>
      </main>
      <Hideable name="group">
        <section className={styles.group}>
          <Part part="group">
            <GroupArea
              run={session.run}
              viewing={viewing}
              task={task}
              library={library}
              settings={session.settings}
              comparison={comparison}
            />
          </Part>
        </section>
      </Hideable>
      <Part part="foot">
        <FootArea run={session.run} task={task} />
      </Part>
    </div>
  );
}
