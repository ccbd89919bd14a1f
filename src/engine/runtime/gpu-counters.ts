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

/** Names of pipelines: ONNX Runtime labels the shader of each kernel. */
function kernelNames(device: GPUDevice): (pipeline: GPUComputePipeline) => string {
  const names = new WeakMap<GPUComputePipeline, string>();
  const create = device.createComputePipeline.bind(device);
  const createAsync = device.createComputePipelineAsync.bind(device);
  const named = (pipeline: GPUComputePipeline, { compute }: GPUComputePipelineDescriptor): GPUComputePipeline => {
    names.set(pipeline, compute.module.label);
    return pipeline;
  };
  device.createComputePipeline = (descriptor) => named(create(descriptor), descriptor);
  device.createComputePipelineAsync = async (descriptor) => named(await createAsync(descriptor), descriptor);
  return (pipeline) => names.get(pipeline) ?? '';
}

/**
 * Counts compute dispatches and calls `onDispatch` with the name of each one's kernel; costs closures per pass, hence
 * only on request.
 */
export function countDispatches(
  device: GPUDevice,
  statistics: RuntimeStatistics,
  onDispatch: (kernel: string) => void,
): void {
  const nameOf = kernelNames(device);
  const createCommandEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createCommandEncoder(descriptor);
    const beginComputePass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = beginComputePass(passDescriptor);
      const setPipeline = pass.setPipeline.bind(pass);
      const direct = pass.dispatchWorkgroups.bind(pass);
      const indirect = pass.dispatchWorkgroupsIndirect.bind(pass);
      let kernel = '';
      const count = () => {
        statistics.dispatches++;
        onDispatch(kernel);
      };
      pass.setPipeline = (pipeline) => {
        kernel = nameOf(pipeline);
        setPipeline(pipeline);
      };
      pass.dispatchWorkgroups = (...size) => {
        count();
        return direct(...size);
      };
      pass.dispatchWorkgroupsIndirect = (...source) => {
        count();
        return indirect(...source);
      };
      return pass;
    };
    return encoder;
  };
}
