/** @file The list of algorithms. */
import { UsageError } from '../../lib/assert.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { grpo } from './grpo.ts';
import { bnpo } from './bnpo.ts';
import { cispo } from './cispo.ts';
import { dapo } from './dapo.ts';
import { drGrpo } from './drGrpo.ts';
import { dualClip } from './dualClip.ts';
import { gmpo } from './gmpo.ts';
import { gspo } from './gspo.ts';
import { intellect2 } from './intellect2.ts';
import { opmd } from './opmd.ts';
import { ppo } from './ppo.ts';
import { aStarPo } from './aStarPo.ts';
import { deepSeekV32 } from './deepSeekV32.ts';
import { gpg } from './gpg.ts';
import { gspoToken } from './gspoToken.ts';
import { kto } from './kto.ts';
import { luspo } from './luspo.ts';
import { opo } from './opo.ts';
import { orpo } from './orpo.ts';
import { vespo } from './vespo.ts';
import { wReinforce } from './wReinforce.ts';
import { raft } from './raft.ts';
import { reinforce } from './reinforce.ts';
import { reinforcePlusPlus } from './reinforcePlusPlus.ts';
import { reinforcePlusPlusBaseline } from './reinforcePlusPlusBaseline.ts';
import { rloo } from './rloo.ts';
import { sapo } from './sapo.ts';
import { topr } from './topr.ts';
import { clipCov } from './clipCov.ts';
import { gdc } from './gdc.ts';
import { gdpo } from './gdpo.ts';
import { gkd } from './gkd.ts';
import { klCov } from './klCov.ts';
import { maxRl } from './maxRl.ts';
import { passAtK } from './passAtK.ts';
import { remax } from './remax.ts';
import { superHf } from './superHf.ts';
import { apoDown } from './apoDown.ts';
import { apoZero } from './apoZero.ts';
import { bcoPair } from './bcoPair.ts';
import { chord } from './chord.ts';
import { cRlft } from './cRlft.ts';
import { copg } from './copg.ts';
import { dft } from './dft.ts';
import { discopop } from './discopop.ts';
import { dpo } from './dpo.ts';
import { exoPair } from './exoPair.ts';
import { hinge } from './hinge.ts';
import { ipo } from './ipo.ts';
import { luffy } from './luffy.ts';
import { mix } from './mix.ts';
import { opd } from './opd.ts';
import { ncaPair } from './ncaPair.ts';
import { prdp } from './prdp.ts';
import { robust } from './robust.ts';
import { sft } from './sft.ts';
import { sdft } from './sdft.ts';
import { simpo } from './simpo.ts';
import { sppoHard } from './sppoHard.ts';

/** Algorithms of one kind, for grouped lists in the interface. */
export interface Family {
  readonly title: string;
  readonly algorithms: readonly Algorithm[];
}

export const families: readonly Family[] = [
  {
    title: 'Groups of completions',
    algorithms: [
      grpo,
      bnpo,
      drGrpo,
      dapo,
      gspo,
      cispo,
      sapo,
      gmpo,
      intellect2,
      clipCov,
      klCov,
      passAtK,
      maxRl,
      gdpo,
      gspoToken,
      luspo,
      vespo,
      deepSeekV32,
      wReinforce,
    ],
  },
  {
    title: 'Policy gradients',
    algorithms: [
      ppo,
      dualClip,
      reinforce,
      rloo,
      remax,
      reinforcePlusPlus,
      reinforcePlusPlusBaseline,
      topr,
      opmd,
      gdc,
      gpg,
      opo,
      kto,
      aStarPo,
    ],
  },
  { title: 'Imitation', algorithms: [raft, superHf, sft, dft, chord, mix, luffy, sdft, cRlft, opd, gkd] },
  {
    title: 'Pairs of completions',
    algorithms: [
      dpo,
      ipo,
      hinge,
      robust,
      exoPair,
      ncaPair,
      bcoPair,
      sppoHard,
      apoZero,
      apoDown,
      discopop,
      simpo,
      prdp,
      copg,
      orpo,
    ],
  },
];

export const algorithms: readonly Algorithm[] = families.flatMap((family) => family.algorithms);

/** The algorithm with this id; else throws a UsageError that lists the ids. */
export function algorithmById(id: string): Algorithm {
  const algorithm = algorithms.find((a) => a.id === id);
  if (!algorithm)
    throw new UsageError(`algorithm: there is no "${id}"; choose one of ${algorithms.map((a) => a.id).join(', ')}`);
  return algorithm;
}
