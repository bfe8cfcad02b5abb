import { checkRecord } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';
import { isUnpaired, pairMembers } from '../tensor/receiver-of.js';
import type { LatentDensity, LatentPrior } from './latent-prior.js';

/** Notes that a prior's blocks multiply to its density, so that a copy which replaces one of the two is recognised; returns the prior. */
export function pairBlocks<P extends LatentDensity>(prior: P): P {
  if (prior.blocks) pairMembers(prior.logProb, prior.blocks);
  return prior;
}

/** The method `blocks` of a prior; undefined if it has none, or if it is a copy of ours with a density of its own. */
export function blocksOf(prior: LatentPrior): LatentPrior['blocks'] {
  return isUnpaired(prior.blocks, prior.logProb) ? undefined : prior.blocks;
}

/** Whether a prior is N(0, I), whose divergence needs fewer kernels; another copy of the library has its own record for it. */
export function isStandard(prior: LatentPrior): boolean {
  return noteOf(prior)?.kind === 'gaussianPrior';
}

/** Throws unless `prior` has a sample and a density, or if it is a copy of ours with blocks that do not belong to its density. */
export function checkDensity(where: string, argument: string, prior: LatentPrior): void {
  checkRecord(where, argument, prior, 'sample logProb', 'gaussianPrior, createMixturePrior(...)');
  if (prior.blocks === undefined || !isUnpaired(prior.logProb, prior.blocks)) return;
  const fix = 'A copy with other `blocks` also needs its own `logProb`.';
  throw wrongKind(where, `${argument}.logProb`, 'must be the product of `blocks`', {
    seen: 'that of another prior',
    fix,
  });
}
