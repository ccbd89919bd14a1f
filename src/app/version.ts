/** @file The version of the page: a run is a function of configuration, seed and code. */

/** Set by the build: package version and a hash of the sources. */
declare const ROLLOUT_VERSION: string;

export const codeVersion: string = ROLLOUT_VERSION;
