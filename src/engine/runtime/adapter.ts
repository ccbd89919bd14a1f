/**
 * @file Requests for WebGPU adapter and device, each with a time limit: some drivers answer neither.
 */
import { within } from '../../lib/within.ts';

/** Milliseconds to wait for an adapter. A software adapter too answers in well under a second. */
const ADAPTER_LIMIT = 10_000;
/** Milliseconds to wait for a device; a driver may have to start first. */
const DEVICE_LIMIT = 20_000;

/** The adapter, or null if the browser has none. Rejects with OverdueError if it does not answer. */
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
