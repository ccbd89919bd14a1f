/** @file QuickJS in WebAssembly: one instance at a time, replaced after a breakdown. */
import wasmVariant from '@jitl/quickjs-wasmfile-release-sync';
import {
  DefaultIntrinsics,
  newQuickJSWASMModuleFromVariant,
  type QuickJSContext,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core';
import type { SandboxLimits } from './rewardFunction.ts';

/** Without the clock: a run is a function of its configuration and seed. */
const intrinsics = { ...DefaultIntrinsics, Date: false };

/** Result of `work` on a fresh context with bounded memory and stack. */
function inContext<T>(quickJs: QuickJSWASMModule, limits: SandboxLimits, work: (context: QuickJSContext) => T): T {
  const runtime = quickJs.newRuntime({
    memoryLimitBytes: limits.memoryBytes,
    maxStackSizeBytes: limits.stackBytes,
  });
  const context = runtime.newContext({ intrinsics });
  const made = work(context);
  context.dispose();
  runtime.dispose();
  return made;
}

export class QuickJs {
  private instance: Promise<QuickJSWASMModule> | null = null;

  /** Resolves when the WebAssembly is compiled and started. */
  ready(): Promise<QuickJSWASMModule> {
    this.instance ??= newQuickJSWASMModuleFromVariant(wasmVariant).catch((error: unknown) => {
      this.instance = null;
      throw error;
    });
    return this.instance;
  }

  /**
   * `inContext`. If `work` throws, WebAssembly was unwound midway
   * and the instance cannot be trusted, so the next call starts a new one; the error is rethrown.
   */
  async with<T>(limits: SandboxLimits, work: (context: QuickJSContext) => T): Promise<T> {
    const quickJs = await this.ready();
    try {
      return inContext(quickJs, limits, work);
    } catch (error) {
      this.instance = null;
      throw error;
    }
  }
}
