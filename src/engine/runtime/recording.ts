/** @file A session that records the GPU commands of its first run and replays them in later ones. */
import type { Tensor } from 'onnxruntime-web';
import type { Device, Session } from './device.ts';
import { RuntimeError, type Capture } from './runtime.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/** The recorded inputs and outputs, to which ONNX Runtime stays bound whatever later runs feed. */
interface Recorded {
  readonly inputs: Tensors;
  readonly outputs: Tensors;
}

/**
 * Runs a session with graph capture, and if it cannot record, one that `plain` makes. Tensors that are not fixed are
 * copied between those of each run and the recorded ones.
 */
export class Recording implements Session {
  readonly inputMetadata: Session['inputMetadata'];
  readonly outputMetadata: Session['outputMetadata'];
  private state: 'new' | 'plain' | Recorded = 'new';

  constructor(
    private session: Session,
    private readonly plain: () => Promise<Session>,
    private readonly device: Pick<Device, 'allocate' | 'release' | 'copy' | 'statistics'>,
    private readonly capture: Capture,
  ) {
    this.inputMetadata = session.inputMetadata;
    this.outputMetadata = session.outputMetadata;
  }

  async run(feeds: Tensors, fetches: readonly string[] | Tensors): Promise<Tensors> {
    if (isNames(fetches)) throw new RuntimeError('run', 'a recorded session writes into given tensors');
    if (this.state === 'new') await this.record(feeds, fetches);
    else if (this.state === 'plain') await this.session.run(feeds, fetches);
    else await this.replay(this.state, feeds, fetches);
    return fetches;
  }

  async release(): Promise<void> {
    if (typeof this.state === 'object' && this.capture.fixed !== 'all') {
      for (const name of Object.keys(this.state.inputs))
        if (!this.isFixed(name)) this.device.release(this.state.inputs[name] as Tensor);
      for (const tensor of Object.values(this.state.outputs)) tensor.dispose();
    }
    await this.session.release();
  }

  private isFixed(name: string): boolean {
    return this.capture.fixed === 'all' || this.capture.fixed.includes(name);
  }

  private async record(feeds: Tensors, fetches: Tensors): Promise<void> {
    try {
      const staged = Object.entries(feeds).map(([name, tensor]) => [
        name,
        this.isFixed(name) ? tensor : this.like(tensor),
      ]);
      const inputs = Object.fromEntries(staged) as Tensors;
      this.copyAll(feeds, inputs);
      // Outputs that are not fixed stay where ONNX Runtime allocates them: it cannot replay into memory of ours.
      const wanted = this.capture.fixed === 'all' ? fetches : Object.keys(fetches);
      const outputs = await this.session.run(inputs, wanted);
      this.copyAll(outputs, fetches);
      this.state = { inputs, outputs };
      this.device.statistics.capturedGraphs++;
    } catch {
      await this.session.release();
      this.session = await this.plain();
      this.state = 'plain';
      await this.session.run(feeds, fetches);
    }
  }

  private async replay({ inputs, outputs }: Recorded, feeds: Tensors, fetches: Tensors): Promise<void> {
    const fixedFetches = this.capture.fixed === 'all' ? fetches : {};
    for (const [name, tensor] of Object.entries({ ...feeds, ...fixedFetches }))
      if (this.isFixed(name) && tensor !== (inputs[name] ?? outputs[name]))
        throw new RuntimeError('bad-feed', `"${name}" is not the tensor of the recorded run`);
    this.copyAll(feeds, inputs);
    // Fetched by name: given tensors would be wrapped once more each time, without a way to release the wrappers.
    const handles = await this.session.run(inputs, Object.keys(fetches));
    for (const handle of Object.values(handles)) handle.dispose();
    this.copyAll(outputs, fetches);
  }

  private like({ type, dims }: Tensor): Tensor {
    return this.device.allocate({ dtype: type as 'float32', shape: dims });
  }

  /** Copies the tensors that differ to those of the same names. */
  private copyAll(from: Tensors, to: Tensors): void {
    const pairs = Object.entries(from).map(([name, tensor]) => [tensor, to[name] as Tensor] as const);
    const differing = pairs.filter(([tensor, target]) => tensor !== target);
    if (differing.length > 0) this.device.copy(differing.map(([tensor, target]) => ({ from: tensor, to: target })));
  }
}

const isNames = (fetches: readonly string[] | Tensors): fetches is readonly string[] => Array.isArray(fetches);
