import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { partNames } from '../nets/part-names.js';
import type { RandomStream } from '../random/stream.js';
import { checkAlive } from '../tensor/checks.js';
import { savedVariables, type Trainer } from '../training/trainer/trainer.js';
import { readInputs } from './inputs.js';
import { namedOf, type Recorded } from './named-of.js';
import { inOwnBuffers } from './own-buffers.js';
import type { RecordOptions } from './record.js';
import { recordCalls } from './record-calls.js';
import type { Recording } from './recording.js';

/** What is recorded, and what to do if a free size has to be fixed. */
export interface RecordedFunction<Name extends string> extends RecordOptions<Name> {
  readonly random: RandomStream;
  readonly fn: (inputs: Readonly<Record<Name, Tensor>>, random: RandomStream) => Recorded | Promise<Recorded>;
  readonly fixed: string;
}

/** `record` for the public function `where`. */
export async function recordFunction<Name extends string>(
  where: string,
  argument: string,
  { fn, inputs, random, state, fixed }: RecordedFunction<Name>,
): Promise<Recording> {
  const specs = readInputs(where, inputs);
  const variables = namedVariables(state);
  checkAlive(where, 'state', Object.values(variables));
  const before = random.state();
  return inOwnBuffers(variables, (putBack) =>
    recordCalls({
      where,
      argument,
      same: 'Let neither the host nor the numbers decide what is computed.',
      fixed,
      free: specs.free,
      restart: () => {
        putBack();
        random.restore(before);
      },
      inputsFor: specs.tensorsFor,
      run: (given) => namedOf(where, fn(given, random)),
      state: variables,
      places: state && !isTrainer(state) ? placesIn(state) : {},
    }),
  );
}

/** The variables of a part by the names of `saveWeights`, or those of a trainer by the names of a checkpoint. */
function namedVariables(state: Part | Trainer | undefined): Readonly<Record<string, Variable>> {
  if (state === undefined) return {};
  if (isTrainer(state)) return state.state.variables;
  return Object.fromEntries(savedVariables(state).map((variable, i) => [String(i), variable]));
}

function isTrainer(state: Part | Trainer): state is Trainer {
  return 'step' in state;
}

function placesIn(part: Part): Readonly<Record<string, string>> {
  const names = partNames(part);
  return Object.fromEntries(savedVariables(part).map((variable, i) => [String(i), names.get(variable)?.[0] ?? '']));
}
