/** @file Opens the decoder of a policy that is learnt in layers. */
import { readManifest } from '../../../policy/checkpoint.ts';
import { decoderOf, type DecoderWeights } from '../feeds.ts';
import type { LearnerSpec } from '../learner.ts';
import { needsLayers } from './sizes.ts';

/** No policy that needs layers has a smaller file, whose manifest is then not read. */
const LEAST_BYTES = 4e6;

/** Whether the policy of a spec needs layers. Throws the errors of `readManifest`. */
export const isLarge = ({ checkpoint }: Pick<LearnerSpec, 'checkpoint'>): boolean =>
  checkpoint.length >= LEAST_BYTES && needsLayers(readManifest(checkpoint).config);

/** The decoder of a spec whose policy needs layers, else null. Throws the errors of `decodeCheckpoint`. */
export const largeDecoderOf = (spec: LearnerSpec): DecoderWeights | null => (isLarge(spec) ? decoderOf(spec) : null);
