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
  hub: {
    open: 'Open a model of the hub',
    title: 'Open a model',
    close: 'Close',
    id: 'Id on the Hugging Face hub',
    example: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    download: 'Download',
    wanted: (id: string) =>
      `The chosen preset trains ${id}, which is not in this browser. Download fetches it; if you have it in a folder, close this and open the folder.`,
    origin:
      'Download asks huggingface.co, and the servers of huggingface.co and hf.co that it names, for this model’s files. They learn your network address and which model you open; nothing of your runs or data is sent. Before that, this page asks no other site for anything. A model with 135 million weights is a download of about 270 MB. It is quantized to 4 bits as it comes and kept in this browser; the original files are not kept.',
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
    remove: 'Delete',
    removeOf: (name: string) => `Delete ${name}`,
  },
};
