/** @file Words about models that the visitor brings. */
import { formatBytes } from '../format.ts';

const leftOf = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

export const modelWords = {
  open: 'Open a model’s folder',
  about:
    'A folder in the layout of the Hugging Face hub: config.json, safetensors and tokenizer.json of a Llama, Qwen 2, Qwen 3 or Gemma 3 model. It is read here and stays in this browser.',
  group: 'Your models',
  missing: 'This model is not in this browser: open its folder, or its id on the hub, before you train.',
  summary: 'A model that you opened; prompts are put into its chat template where it has one.',
  unnamed: 'model',
  reading: (done: number, all: number) =>
    all === 0 ? 'Reading the folder.' : `Reading: ${formatBytes(done)} of ${formatBytes(all)}.`,
  looking: 'Reading config.json and measuring this machine.',
  offer: {
    title: (name: string) => `Forecast of ${name}`,
    bits: 'Bits of the weights',
    bitsOf: (bits: number, isUsual: boolean) => `${bits} bits${isUsual ? ', the usual' : ''}`,
    aboutBits: {
      4: 'The smallest; answers differ a little from those of the original.',
      8: 'Closer to the original, with nearly twice the memory of 4 bits.',
      32: 'As in its files, in single precision.',
    },
    chat: 'Put prompts into its chat template, if it has one',
    forecast: 'Forecast for the current settings',
    kept: (bytes: number, room: number): [string, string] => [
      'Kept here',
      `${formatBytes(bytes)} in this browser’s storage${Number.isFinite(room) ? `, which has room for ${formatBytes(room)}` : ''}`,
    ],
    load: (bytes: number) => `Load ${formatBytes(bytes)}`,
    download: (bytes: number) => `Download ${formatBytes(bytes)}`,
  },
  readAs: ({ bits, chat }: { readonly bits: number; readonly chat: boolean }) =>
    `${bits} bits${chat ? '' : ', without chat template'}`,
  hub: {
    open: 'Open a model of the hub',
    title: 'Open a model',
    close: 'Close',
    id: 'Id on the Hugging Face hub',
    example: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    find: 'Look at it',
    wanted: (id: string) =>
      `The chosen preset trains ${id}, which is not in this browser. Look at it here, or, if you have it in a folder, close this and open the folder.`,
    origin:
      'This asks huggingface.co, and the servers of huggingface.co and hf.co that it names, for this model’s files. They learn your network address and which model you open; nothing of your runs or data is sent. Before that, this page asks no other site for anything. It first asks for the list of files and config.json alone, and forecasts memory and time. The download is quantized as it comes and kept in this browser; the original files are not kept.',
    progress: 'Download',
    coming: (done: number, all: number, rate: number) =>
      all === 0
        ? 'Asking for the list of files, then the tokenizer.'
        : [
            `${formatBytes(done)} of ${formatBytes(all)}`,
            ...(rate > 0 ? [`${formatBytes(rate)} a second`, `${leftOf((all - done) / rate)} left`] : []),
          ].join(', '),
    stop: 'Stop',
    unfinished: (id: string, bytes: number) =>
      `${id} is not complete: ${formatBytes(bytes)} are kept. The download of another model removes them.`,
    goOn: 'Go on',
    kept: 'Models in this browser',
    size: (bytes: number) => formatBytes(bytes),
    use: 'Use',
    again: 'Other bits',
    againOf: (name: string) => `Look at ${name} again, for other bits`,
    remove: 'Delete',
    removeOf: (name: string) => `Delete ${name}`,
  },
};
