/** @file The words about sharing: links, hidden controls, frames. Part of `text`. */

export const shareWords = {
  open: 'Share, or make a link for a class',
  title: 'Share',
  about:
    'The link opens this page with the settings as they stand. What you hide keeps its value and is not shown; whoever has the link can still bring it back by editing the address.',
  changed:
    'The settings are not all as this run began with them. A link begins with them as they are now, so its curve will differ.',
  close: 'Close',
  link: 'Link',
  frame: 'Frame for a page of your own (HTML)',
  frameAbout:
    'Compact: transport, three charts, the group of completions. A frame trains on one worker unless your page is cross-origin isolated.',
  wasm: 'Run on WASM (CPU)',
  wasmAbout: 'The same seed then gives the same curve to the last digit; on WebGPU only up to rounding.',
  hide: 'Hide',
  panels: 'Parts of the page',
  sections: 'Groups of settings',
  single: 'Single settings',
  panelLabels: {
    settings: 'All settings',
    group: 'Group of completions',
    ask: 'Ask both',
    runs: 'Runs',
    more: 'More measures',
    view: 'How charts are drawn',
    river: 'The river',
    time: 'Time bar',
  },
  sectionLabels: {
    preset: 'Preset',
    algorithm: 'Algorithm',
    training: 'Training',
    problem: 'Problem',
    run: 'Run',
    objective: 'Objective',
    leash: 'KL penalty to the base',
    updates: 'Updates',
    entropy: 'Entropy',
    prompts: 'Prompts and verifier',
    rewards: 'Reward terms',
  },
  singleLabels: { task: 'Task', policy: 'Base policy', shuffle_rewards: 'Shuffle rewards' },
  copy: 'Copy',
  copied: 'Copied.',
  copyByHand: 'Marked: copy it with Ctrl+C (⌘C on a Mac).',
};
