/** @file The flags that say where a command's policy comes from. */
import { assert } from '../src/lib/assert.ts';
import { type LoadedPolicy, loadPolicyFile } from './environment.ts';
import { optionalText } from './flags.ts';

/** `--policy` by any of its names; `usual` is the note on their absence. */
export const originFlags = (usual: string) => ({
  policy: optionalText('Base: id of a shipped policy or path of a .safetensors file.', 'ID|PATH', usual),
  base: optionalText('Another name of --policy.', 'ID|PATH', usual),
});

interface OriginValues {
  readonly policy: string | undefined;
  readonly base: string | undefined;
}

/** The policy that the flags name, or else the one of that name. UsageError that names the flag. */
export function loadOrigin({ policy, base }: OriginValues, usual: () => string): LoadedPolicy {
  assert(policy === undefined || base === undefined || policy === base, '--policy and --base: they are the same thing');
  return loadPolicyFile(policy ?? base ?? usual());
}
