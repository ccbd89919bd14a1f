/** @file The words about where a run computes, and how to get to a faster place. Part of `text`. */

export const backendWords = {
  label: { webgpu: 'WebGPU (GPU)', wasm: 'WASM (CPU)', node: 'Node (CPU)' } as Readonly<Record<string, string>>,
  runsOn: 'Runs on',
  workers: (count: number) => (count === 1 ? '1 worker' : `${count} workers`),
  how: 'How to get WebGPU',
  howIntro: 'WebGPU lets the policy train on this machine’s graphics chip. What usually helps:',
  howSteps: [
    'Open the page over https:// or on localhost; plain http:// has no WebGPU.',
    'Chrome or Edge: update to a current version and switch on “Use graphics acceleration when available” in Settings → System. On Linux also enable chrome://flags/#enable-unsafe-webgpu and #enable-vulkan.',
    'Firefox: version 141 or later on Windows, 145 or later on a Mac with Apple silicon; elsewhere set dom.webgpu.enabled in about:config.',
    'Safari: version 26 or later; before that Develop → Feature Flags → WebGPU.',
    'Then reload. Training on the CPU learns the same way, only slower.',
  ],
  reading: 'Backend not chosen yet',
};
