import { readOptions } from '../tensor/options.js';
import { torchShapeOf } from './arrange.js';
import { torchOnlyShape } from './torch-only.js';
import { planStateDict, stateDictRules, type StateDictOptions, type StateDictParts } from './plan-state-dict.js';
import type { StateDictEntry } from './state-dict-entry.js';

/**
 * Lists the tensors that a part has in a PyTorch `state_dict`: each name, the shapes on both sides, and how the axes are permuted.
 *
 * By default names follow the structure. In a sequential, they are indices, where an activation counts as a module, as in
 * `torch.nn.Sequential`; elsewhere `body` and `shortcut` of a residual, `body` and `labels` of a condition, `body`, `time` and `labels`
 * of timesteps.
 *
 * @param part - a network, encoder, decoder, generator, discriminator or denoiser made by this library; or a record of such parts
 * @param options - see {@link StateDictOptions}
 * @returns one entry for each tensor, in the order of the structure
 * @throws Error if the layout of a part's variables is not known, or a part flattens maps of an unknown shape; TypeError or RangeError
 *   if an option is wrong
 * @example
 * ```ts
 * const [weight] = stateDictEntries(mlp({ sizes: [784, 20], random: createRandom(1) }), { prefix: 'encoder.' });
 * const name = weight!.name; // 'encoder.0.weight'
 * console.log(weight!.shape, weight!.torchShape); // [784, 20] [20, 784]
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html, `state_dict`
 */
export function stateDictEntries(part: StateDictParts, options: StateDictOptions = {}): StateDictEntry[] {
  const where = 'stateDictEntries';
  const read = readOptions(where, options, stateDictRules);
  return planStateDict(where, part, read).map(({ slot, name, arrangement }) => {
    const { path, ours, layout } = slot;
    const { shape, orders = [] } = arrangement;
    const isReordered = orders.some((order) => order !== undefined);
    return {
      name,
      path,
      ours,
      layout: isReordered ? `${layout}, features by channel` : layout,
      shape,
      torchShape: torchOnlyShape(slot) ?? torchShapeOf(arrangement),
    };
  });
}
