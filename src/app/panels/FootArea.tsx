/**
 * @file The last line of the page: backend and provenance of the run, and the pretraining data of its base for the
 * task.
 */
import type { Task } from '../../tasks/task.ts';
import { BackendLine } from '../../ui/BackendLine.tsx';
import { webGpuHelp } from '../../ui/webGpuHelp.ts';
import { shownOf } from '../mixture.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';

const help = () =>
  webGpuHelp({
    userAgent: navigator.userAgent,
    secure: window.isSecureContext,
    asked: new URLSearchParams(window.location.search).get('backend') === 'wasm',
  });

const infoOf = (state: RunState) => state.info;

export function FootArea({ run, task }: { readonly run: RunStore; readonly task: Task | undefined }) {
  const info = useStore(run, infoOf);
  if (!info) return <BackendLine backend={null} policy={null} />;
  const { backend, backendDescription, backendReason, workers, policy, adapterParameters } = info;
  // The pretraining of a model of the hub is not known here.
  const isShipped = policy.manifest.hub === undefined;
  return (
    <BackendLine
      backend={{ backend, description: backendDescription, reason: backendReason, workers }}
      policy={{ ...policy, adapterParameters }}
      help={help()}
      shown={task && isShipped ? shownOf(policy.manifest, task) : null}
    />
  );
}
