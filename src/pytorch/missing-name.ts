import { cut } from '../tensor/errors.js';
import { nearest } from './names.js';
import type { Planned } from './plan-state-dict.js';

/** The prefixes of names in a wrapped Python model: DataParallel and DistributedDataParallel, and torch.compile. */
const WRAPPERS = /(^|\.)(?:(?:module|_orig_mod)\.)+/g;

/** The remedy if a file lacks tensors with the names that a part needs. */
export function missingFix(
  missing: readonly Planned[],
  names: readonly string[],
  others: readonly string[],
  prefix: string,
): string {
  const [{ name, slot }] = missing as [Planned];
  const own = missing.map((one) => one.name.slice(prefix.length));
  const before = names
    .filter((other) => other.endsWith(`.${own[0]!}`))
    .map((other) => other.slice(0, -own[0]!.length))
    .find((longer) => own.every((one) => names.includes(longer + one)));
  if (before !== undefined) return `It has ${cut(before + own[0]!, 50)}: pass { prefix: '${cut(before, 40)}' }.`;
  const wrapped = names.find((other) => other !== name && other.replace(WRAPPERS, '$1') === name);
  if (wrapped !== undefined) {
    return `It has ${cut(wrapped, 50)}: save the state_dict of the wrapped model, model.module or model._orig_mod.`;
  }
  if (/running_(mean|var)$/.test(slot.path)) return 'A norm with track_running_stats=False has no counterpart here.';
  const near = nearest(name, others);
  return `${near === undefined ? '' : `It has ${cut(near, 50)}. `}Pass its names by \`names\` or \`prefix\`.`;
}
