import { describe, expect, it } from 'vitest';
import { itConforms } from '../../../testing/runtime/conformance.ts';
import { createNodeRuntime } from './node.ts';

describe('the Node runtime', () => {
  itConforms(() => createNodeRuntime());

  it('describes itself', async () => {
    const runtime = await createNodeRuntime({ threads: 2 });
    expect(runtime.backend).toBe('node');
    expect(runtime.description).toBe('onnxruntime-node, CPU, 2 threads');
    await runtime.dispose();
    await expect(createNodeRuntime({ threads: 1.5 })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
