import type { Network, Part } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkInteger } from '../tensor/checks.js';
import { madeBy, note } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { checkDescription } from './check-description.js';
import type { TableDescription } from './description.js';
import { layoutOf } from './table-layout.js';
import { tableNetwork } from './table-network.js';

/** Options of {@link createTableModel}. */
export interface TableModelOptions {
  /** The table, from {@link describeTable}. */
  readonly description: TableDescription;
  /** Numbers in each hidden layer; default 256. */
  readonly width?: number | undefined;
  /** Hidden layers; default 4. */
  readonly layers?: number | undefined;
  /** Where the initial weights come from: its forks `first`, `0`, `0/time`, ..., `last`. */
  readonly random: RandomStream;
}

/** A model of the rows of a table: diffusion of its numbers and masked diffusion of its categories, by one network with one clock. */
export interface TableModel extends Part {
  /** The table. */
  readonly description: TableDescription;
  /**
   * From float32 `[rows, 2 numbers + sizes]` and timesteps to `[rows, numbers + sizes]`. In: normal scores with noise or known ones, 1 where a score is
   * known, and categories as one-hot vectors, zeros where they are masked. Out: the velocity of the scores, and logits. Categories of the same
   * size are together.
   */
  readonly network: Network;
}

/**
 * A model of the rows of a table.
 *
 * At time t in (0, 1) each category is masked with probability t, and each normal score is alpha x + sigma noise, by a cosine schedule; the
 * network predicts velocity = alpha noise - sigma x of the scores, and p(category | what is visible)
 *
 * The network also receives which scores are known exactly, so it learns all conditional distributions, and {@link sampleTable} draws from
 * them without repeats.
 *
 * @param options - see {@link TableModelOptions}
 * @returns a model; the caller disposes it
 * @throws TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * const description = describeTable([{ kind: 'a', size: 1.5 }, { kind: 'b', size: 2.5 }]);
 * const model = createTableModel({ description, width: 32, random: createRandom(1) });
 * console.log(model.description.columns.length); // 2
 * ```
 * @see Shi et al. 2025, TabDiff, https://arxiv.org/abs/2410.20626
 */
export function createTableModel(options: TableModelOptions): TableModel {
  const where = 'createTableModel';
  const read = readOptions(where, options, {
    description: checkDescription,
    width: { is: checkInteger, default: 256 },
    layers: { is: checkInteger, default: 4, most: 1000 },
    random: checkRandom,
  });
  const { description, width, layers, random } = read;
  const { numbers, categories } = layoutOf(description);
  const outputs = categories.reduce((sum, { size }) => sum + size, numbers.length);
  const network = tableNetwork({ inputs: numbers.length + outputs, outputs, width, layers, random });
  const model: TableModel = {
    variables: network.variables,
    dispose: () => network.dispose(),
    description,
    network,
  };
  return Object.freeze(note(madeBy(where, read, model), { classes: 0 }));
}
