import type { NamedTensorMap } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { partNames } from '../nets/part-names.js';
import type { Batch } from '../training/data/batch.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { checkBackend, isTensor } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import { checkRecord } from '../tensor/plain-checks.js';
import { afterUpdates, COUNTS } from './after-updates.js';
import { followHost, type HostCall } from './follow-host.js';
import type { HollowShapes } from './hollow-kernels.js';
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
  return recordTrainer(where, trainer, batch, { players });
}

const same =
  'In a game, pass the `players` of the step; otherwise let neither the host nor the numbers decide what is computed.';

/** Throws unless a later step ran the kernels of the first. */
function checkSameKernels(where: string, first: HollowShapes, later: HollowShapes, fix: string): void {
  const i = later.findIndex(({ name }, place) => first[place]?.name !== name);
  if (i < 0 && first.length === later.length) return;
  const seen = `another list of operations in a later step: ${later[i]?.name ?? 'nothing'}, not ${first[i]?.name ?? 'nothing'}`;
  throw unusable(where, 'trainer', 'must do the same at each call', { seen, fix });
}

/** Makes a further step of which only what the host gives to it is found. */
export type FollowStep = (batch: Batch, withDraws: boolean) => Promise<HostCall>;

/** How a step of a trainer is recorded. */
export interface RecordTrainerOptions extends RecordStepOptions {
  /** Called at the end with a function that makes further steps, from the state of the trainer on; nothing by default. */
  readonly follow?: ((recording: Recording, step: FollowStep) => Promise<void>) | undefined;
}

/** {@link recordStep} for the public function `where`. */
export async function recordTrainer(
  where: string,
  trainer: Trainer,
  batch: BatchSpec,
  { players, follow }: RecordTrainerOptions,
): Promise<Recording> {
  checkBackend(where);
  checkRecord(where, 'trainer', trainer, 'step restore', 'createTrainer or a trainer of a family');
  const { conditions, ...others } = isInput(batch) ? { x: batch } : batch;
  const specs = readInputs(where, { ...others, ...conditions });
  const { variables, plain } = trainer.state;
  const step = (made: Batch): NamedTensorMap => trainer.step(made, ...(players ? [{ players }] : []));
  return inOwnBuffers(variables, (putBack) =>
    recordCalls({
      where,
      argument: 'trainer',
      same,
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
        step({ x: x!, ...(condition && { condition }), ...(conditions && { conditions: named }) }),
      state: variables,
      places: placesOf(trainer),
      follow:
        follow &&
        ((recording, host) => {
          const known = new Map<number, HollowShapes>();
          let first: HollowShapes | undefined;
          return follow(recording, async (given, withDraws) => {
            const { x, condition, conditions: named } = isTensor(given) ? { x: given, condition: undefined, conditions: undefined } : given; // prettier-ignore
            const inputs = { x, ...(condition && { condition }), ...named };
            const count = x.shape[0];
            const call = (shapes: HollowShapes): Promise<HostCall> => {
              putBack();
              return followHost({ run: () => step(given), inputs, state: variables, host, shapes, withDraws });
            };
            const shapes = known.get(count);
            if (shapes) {
              try {
                return await call(shapes);
              } catch {
                // a step that throws changes nothing; this one may run other kernels
              }
            }
            const made: HollowShapes = [];
            const found = await call(made);
            first ??= made;
            checkSameKernels(where, first, made, same);
            known.set(count, made);
            return found;
          });
        }),
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
