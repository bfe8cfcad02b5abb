import type { Part } from '../nets/network.js';
import { partNames } from '../nets/part-names.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { checkBackend } from '../tensor/checks.js';
import { optional, readOptions } from '../tensor/options.js';
import { checkRecord } from '../tensor/plain-checks.js';
import { afterUpdates, COUNTS } from './after-updates.js';
import { readInputs, type InputSpec } from './inputs.js';
import { inOwnBuffers } from './own-buffers.js';
import { recordCalls } from './record-calls.js';
import type { Recording } from './recording.js';

/**
 * A batch for {@link recordStep}: examples, or examples with conditions. Each is a tensor, or a shape; if its first size is null, the
 * recording is for any batch.
 */
export type BatchSpec =
  | InputSpec
  | {
      /** The examples. */
      readonly x: InputSpec;
      /** Their condition, such as labels; none by default. */
      readonly condition?: InputSpec | undefined;
      /** Several conditions by name; none by default. */
      readonly conditions?: Readonly<Record<string, InputSpec>> | undefined;
    };

/** Options of {@link recordStep}. */
export interface RecordStepOptions {
  /** The players of a game that the step updates, as in `trainer.step`; by default the game decides, which must be the same at each step. */
  readonly players?: readonly string[] | undefined;
}

/**
 * Records one training step: the losses, their gradients, and the optimizer's update.
 *
 * The state are all variables of the trainer by their names in a checkpoint: weights, statistics, moments and averages. What the step
 * draws, and what the host chooses for it, such as timesteps or a rate that decays, are inputs. `Together` marks gradients that several processes may
 * average.
 *
 * @param trainer - it is the same afterwards, to the bit
 * @param batch - see {@link BatchSpec}
 * @param options - see {@link RecordStepOptions}
 * @returns the recording; the outputs are the metrics
 * @throws as {@link record} does
 * @example
 * ```ts
 * const step = await recordStep(trainer, { shape: [null, 8, 8, 1] });
 * const bytes = await saveOnnx(step);
 * ```
 */
export async function recordStep(
  trainer: Trainer,
  batch: BatchSpec,
  options: RecordStepOptions = {},
): Promise<Recording> {
  const where = 'recordStep';
  const { players } = readOptions(where, options, { players: optional });
  checkBackend(where);
  checkRecord(where, 'trainer', trainer, 'step restore', 'createTrainer or a trainer of a family');
  const { conditions, ...others } = isInput(batch) ? { x: batch } : batch;
  const specs = readInputs(where, { ...others, ...conditions });
  const { variables, plain } = trainer.state;
  return inOwnBuffers(variables, (putBack) =>
    recordCalls({
      where,
      argument: 'trainer',
      same: 'In a game, pass the `players` of the step; otherwise let neither the host nor the numbers decide what is computed.',
      fixed: 'Fix the batch: pass a tensor, or a shape without null.',
      free: specs.free,
      restart: () => {
        putBack();
        trainer.restore?.(plain);
      },
      others:
        trainer.restore &&
        COUNTS.map((count) => () => {
          putBack();
          // the stream goes on: what the host draws, such as few masks, may be the same in two calls, but hardly in all
          trainer.restore!(afterUpdates(trainer.state.plain, count));
        }),
      inputsFor: specs.tensorsFor,
      run: ({ x, condition, ...named }) =>
        trainer.step(
          { x: x!, ...(condition && { condition }), ...(conditions && { conditions: named }) },
          ...(players ? [{ players }] : []),
        ),
      state: variables,
      places: placesOf(trainer),
    }),
  );
}

function isInput(batch: BatchSpec): batch is InputSpec {
  return typeof batch === 'object' && batch !== null && !('x' in batch);
}

/** The place of each variable of a trainer: its part, and where it is in the part, such as `encoder/level 0/down 0`. */
function placesOf({ state: { variables, settings = {} } }: Trainer): Record<string, string> {
  const parts = Object.entries(settings).filter((entry): entry is [string, Part] =>
    Array.isArray((entry[1] as Partial<Part> | null)?.variables),
  );
  const known = new Map(parts.map(([name, part]) => [name, partNames(part)]));
  return Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const group = name.replace(/\.\d+$/, '');
      return [name, [group, known.get(group)?.get(variable)?.[0]].filter(Boolean).join('/')];
    }),
  );
}
