import type { Network } from '../nets/network.js';
import { wrongKind } from '../tensor/errors.js';
import { noteOf } from '../tensor/made-by.js';

/** Layers that compute each place by itself, and functions that combine what their parts compute. */
const PLACEWISE =
  /^(dense|embedding|layerNorm|glu|dropout|gaussianNoise|flatten|reshape|sequential|mlp|residual|freeze|transformer|with\w+)$/;

/**
 * Throws if a network of ours is not causal, but must be, or the other way round. `checkTokenModel` tests networks that are not ours, and with a
 * single place, all are the same.
 */
export function checkReach(where: string, network: Network, length: number, isCausal: boolean): void {
  if (length === 1 || reachOf(network, length) !== (isCausal ? 'later' : 'earlier')) return;
  const fix = `Make it with \`causal: ${isCausal}\`, or use ${isCausal ? 'createMaskedModel' : 'createTokenModel'}.`;
  const [rule, seen] = isCausal
    ? ['must be causal', 'one that also reads later tokens']
    : ['must read all tokens', 'a causal one'];
  throw wrongKind(where, 'network', rule, { seen, fix });
}

/**
 * Whether a row of a network's output also depends on later places, or only on earlier ones; undefined if neither, or if it is unknown. The
 * network maps tokens `[n, length]` to `[n, length, ...]`; the notes on its parts say what they compute.
 */
function reachOf(network: Network, length: number): 'later' | 'earlier' | undefined {
  const at = {
    /** Whether there are vectors, and whether those of several places are joined. */
    hasVectors: false,
    isJoined: false,
    readsEarlier: false,
    readsLater: false,
    /** Whether it reads later places, unless an unknown layer has shifted them. */
    readsAround: false,
    isKnown: true,
  };
  const visit = (part: Network): void => {
    const { kind = '', options = {}, parts = [] } = noteOf(part) ?? {};
    const { causal, kernelSize, padding, shape } = options as Readonly<Record<string, unknown>>;
    if (kind === 'attention') at[causal === true ? 'readsEarlier' : 'readsLater'] = true;
    else if (kind === 'groupNorm') at.readsLater = true;
    else if (kind === 'conv1d' && padding === 'same') at.readsAround ||= kernelSize !== 1;
    else {
      if (kind === 'embedding') at.hasVectors = true;
      if (kind === 'flatten') at.isJoined = at.hasVectors;
      if (kind === 'reshape') at.isJoined = at.hasVectors && (shape as number[])[0] !== length;
      if (kind === 'dense' && at.isJoined) at.readsAround = true;
      if (!PLACEWISE.test(kind) && parts.length === 0) at.isKnown = false;
      // the other parts of such a network read conditions
      (kind.startsWith('with') ? parts.slice(0, 1) : parts).forEach(visit);
    }
  };
  visit(network);
  if (at.readsLater || (at.readsAround && at.isKnown)) return 'later';
  return at.isKnown && at.readsEarlier ? 'earlier' : undefined;
}
