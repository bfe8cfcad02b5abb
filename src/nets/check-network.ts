import { checkFunction } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import type { Network } from './network.js';

/** Throws unless `network` has the members of a {@link Network}; `argument` is its name in the error message. */
export function checkNetwork(where: string, network: Network, argument = 'network'): void {
  const candidate = network as Partial<Network> | null | undefined;
  checkFunction(where, `${argument}.apply`, candidate?.apply);
  checkFunction(where, `${argument}.dispose`, candidate?.dispose);
  if (!Array.isArray(candidate?.variables)) {
    throw wrongKind({
      where,
      argument: `${argument}.variables`,
      rule: 'must be an array of variables',
      got: candidate?.variables,
      fix: 'Give an empty array if there are none.',
    });
  }
}
