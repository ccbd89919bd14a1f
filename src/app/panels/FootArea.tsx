/** @file The last line of the page: backend and provenance of the run. */
import { BackendLine } from '../../ui/BackendLine.tsx';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { useStore } from '../useSampled.ts';

const infoOf = (state: RunState) => state.info;

export function FootArea({ run }: { readonly run: RunStore }) {
  const info = useStore(run, infoOf);
  if (!info) return <BackendLine backend={null} policy={null} />;
  const { backend, backendDescription, backendReason, workers, policy, adapterParameters } = info;
  return (
    <BackendLine
      backend={{ backend, description: backendDescription, reason: backendReason, workers }}
      policy={{ ...policy, adapterParameters }}
    />
  );
}
