/**
 * @file What is asked of WebGPU before anything can compute, each with a limit: some drivers leave both questions
 * unanswered.
 */
import { within } from '../../lib/within.ts';

/** Milliseconds until an adapter is there. Also a software adapter answers in well under a second. */
const ADAPTER_LIMIT = 10_000;
/** Milliseconds until a device is there; a driver may have to start first. */
const DEVICE_LIMIT = 20_000;

/** The adapter, or null where the browser has none. Rejects with OverdueError where it does not answer. */
export function askForAdapter(gpu: GPU): Promise<GPUAdapter | null> {
  return within(
    ADAPTER_LIMIT,
    'the browser gave no graphics adapter',
    gpu.requestAdapter({ powerPreference: 'high-performance' }),
  );
}

/** The device. Rejects as the browser does, or with OverdueError; a device that comes later is destroyed. */
export function askForDevice(adapter: GPUAdapter, descriptor: GPUDeviceDescriptor): Promise<GPUDevice> {
  return within(DEVICE_LIMIT, 'the graphics adapter gave no device', adapter.requestDevice(descriptor), (device) =>
    device.destroy(),
  );
}
