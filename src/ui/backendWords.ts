/**
 * @file The words about the backend, how to get a faster one, and the policy's origin. Part of `text`.
 */
import { formatCount } from './format.ts';

export const backendWords = {
  label: { webgpu: 'WebGPU (GPU)', wasm: 'WASM (CPU)', node: 'Node (CPU)' } as Readonly<Record<string, string>>,
  runsOn: 'Runs on',
  workers: (count: number) => (count === 1 ? '1 worker' : `${count} workers`),
  how: 'How to get WebGPU',
  howIntro: 'WebGPU lets the policy train on this machine’s graphics chip. In this browser:',
  help: {
    asked: 'The address asks for WASM. Take backend=wasm out of it to let the page choose.',
    insecure:
      'The page is open over plain http://, where no browser has WebGPU. Open it over https:// or on localhost.',
    update: (needed: number, version: number) =>
      `Update the browser: version ${needed} or later is needed${version > 0 ? `, this is ${version}` : ''}.`,
    acceleration: (edge: boolean) =>
      `Switch on “Use graphics acceleration when available” in Settings → ${edge ? 'System and performance' : 'System'}, and keep the graphics driver up to date.`,
    linuxFlags: (scheme: string) =>
      `On Linux, enable ${scheme}://flags/#enable-unsafe-webgpu and ${scheme}://flags/#enable-vulkan.`,
    gpuPage: (scheme: string) => `${scheme}://gpu says under “WebGPU” what the browser makes of the graphics chip.`,
    android: 'Android 12 or later is needed, on a phone with a Qualcomm or ARM graphics chip.',
    firefoxMac: 'A Mac with Apple silicon is needed.',
    firefoxAcceleration: 'Switch on “Use hardware acceleration when available” in Settings → General → Performance.',
    firefoxElsewhere:
      'Firefox has WebGPU on Windows and on Macs with Apple silicon; here set dom.webgpu.enabled to true in about:config, or take Chrome or Edge.',
    safari: (version: number) =>
      `Safari 26 or later has WebGPU${version > 0 ? `; this is ${version}` : ''}. Before that: Settings → Advanced → Show features for web developers, then Develop → Feature Flags → WebGPU.`,
    safariSwitch: 'See that Develop → Feature Flags → WebGPU was not switched off.',
    ios: (version: number) =>
      `iOS or iPadOS 26 or later has WebGPU, in every browser${version > 0 ? `; this is ${version}` : ''}.`,
    other: 'Take a current Chrome, Edge, Firefox or Safari: this page does not know this browser.',
    last: 'Then reload. Training on the CPU learns the same way, only slower.',
  },
  reading: 'Backend not chosen yet',
};

export const provenanceWords = {
  policy: 'Model',
  parameters: (count: number) => `${formatCount(count)} parameters`,
  bits: (bits: number) => `${bits} bit`,
  adapter: 'Adapter',
  beside: (count: number) => `adapter ${formatCount(count)}`,
  size: 'Size',
  shown: 'Shown of the task',
  difficulty: (difficulties: string) => `difficulty ${difficulties}`,
  all: (method: string) => `all ${method}`,
  until: (rates: string, step: number) => `${rates} until step ${step}`,
  from: (step: number, rates: string) => `from step ${step} ${rates}`,
  later: (rates: string) => `then ${rates}`,
  notShown: 'none',
  mistakes: (share: string) => `(${share} of them wrong)`,
};
