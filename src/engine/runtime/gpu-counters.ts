/** @file Counts operations of one GPUDevice by shadowing its methods; nothing global is patched. */

import type { RuntimeStatistics } from './runtime.ts';

/** Counts buffers mapped for reading, ONNX Runtime's internal ones included. */
export function countReadBacks(device: GPUDevice, statistics: RuntimeStatistics): void {
  const createBuffer = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer(descriptor);
    if ((descriptor.usage & GPUBufferUsage.MAP_READ) !== 0) {
      const mapAsync = buffer.mapAsync.bind(buffer);
      buffer.mapAsync = (...range) => {
        statistics.readBacks++;
        return mapAsync(...range);
      };
    }
    return buffer;
  };
}

/** Counts compute dispatches; costs a closure per pass, hence only on request. */
export function countDispatches(device: GPUDevice, statistics: RuntimeStatistics): void {
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor);
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = beginComputePass(passDescriptor);
      const direct = pass.dispatchWorkgroups.bind(pass);
      const indirect = pass.dispatchWorkgroupsIndirect.bind(pass);
      pass.dispatchWorkgroups = (...size) => {
        statistics.dispatches++;
        return direct(...size);
      };
      pass.dispatchWorkgroupsIndirect = (...source) => {
        statistics.dispatches++;
        return indirect(...source);
      };
      return pass;
    };
    return encoder;
  };
}
