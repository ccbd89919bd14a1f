/** @file Which version of the page this is: a run is a function of its configuration, its seed and the code. */

/** Put in by the build: the version of the package and a hash of its sources. */
declare const ROLLOUT_VERSION: string;

export const codeVersion: string = ROLLOUT_VERSION;
