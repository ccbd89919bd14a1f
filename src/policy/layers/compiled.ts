/** @file Programs by key, each compiled at its first use. */
import type { CompiledGraph } from '../../engine/onnx/compile.ts';
import type { Program, Runtime } from '../../engine/runtime/runtime.ts';

export class Compiled {
  /** In the order of compilation. */
  readonly made: Program[] = [];
  private readonly known = new Map<string, Promise<Program>>();

  constructor(private readonly runtime: Runtime) {}

  get(key: string, graph: () => CompiledGraph): Promise<Program> {
    const program = this.known.get(key) ?? this.compiled(graph());
    this.known.set(key, program);
    return program;
  }

  async dispose(): Promise<void> {
    this.known.clear();
    for (const program of this.made.splice(0)) await program.dispose();
  }

  private async compiled({ bytes, ...options }: CompiledGraph): Promise<Program> {
    const program = await this.runtime.compile(bytes, options);
    this.made.push(program);
    return program;
  }
}
