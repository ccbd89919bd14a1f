/** @file A session that records the GPU commands of its first run and replays them in later ones. */
import type { Tensor } from 'onnxruntime-web';
import type { Session } from './device.ts';
import { RuntimeError, type RuntimeStatistics } from './runtime.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/**
 * Runs `recorder`, a session with graph capture, and if it cannot record, one that `plain` makes. ONNX Runtime keeps the
 * buffers of the first run, whatever later ones feed; so they must feed and fetch the same.
 */
export function recordingSession(
  recorder: Session,
  plain: () => Promise<Session>,
  statistics: RuntimeStatistics,
): Session {
  let session = recorder;
  let state: 'new' | 'plain' | { readonly recorded: Tensors } = 'new';

  async function record(feeds: Tensors, fetches: Tensors): Promise<void> {
    try {
      await session.run(feeds, fetches);
      state = { recorded: { ...feeds, ...fetches } };
      statistics.capturedGraphs++;
    } catch {
      await session.release();
      session = await plain();
      state = 'plain';
      await session.run(feeds, fetches);
    }
  }

  async function replay(recorded: Tensors, feeds: Tensors, fetches: Tensors): Promise<void> {
    for (const [name, tensor] of Object.entries({ ...feeds, ...fetches }))
      if (tensor !== recorded[name])
        throw new RuntimeError('bad-feed', `"${name}" is not the tensor of the recorded run`);
    // Fetched by name: fetched tensors would be wrapped once more each time, without a way to release the wrappers.
    const handles = await session.run(feeds, Object.keys(fetches));
    for (const handle of Object.values(handles)) handle.dispose();
  }

  return {
    inputMetadata: recorder.inputMetadata,
    outputMetadata: recorder.outputMetadata,
    async run(feeds, fetches) {
      if (Array.isArray(fetches)) throw new RuntimeError('run', 'a recorded session writes into given tensors');
      const into = fetches as Tensors;
      if (state === 'new') await record(feeds, into);
      else if (state === 'plain') await session.run(feeds, into);
      else await replay(state.recorded, feeds, into);
      return into;
    },
    release: () => session.release(),
  };
}
