// Values that follow a control during the run. A checkpoint describes them by the control's present number, as it stands in the written program,
// so that a checkpoint of one can be loaded by the other.
import { createAdam, type AdamOptions, type Optimizer, type Trainer } from 'tfjs-generative';

/** Adam whose learning rate is read before each update. */
export function liveAdam(rate: () => number, options: Omit<AdamOptions, 'learningRate'> = {}): Optimizer {
  const adam = createAdam({ ...options, learningRate: () => rate() });
  const settings = { get: () => ({ ...adam.settings, learningRate: rate() }) };
  return Object.create(adam, { settings }) as Optimizer;
}

/** A record without state of its own, made again whenever one of its properties is read. */
export function liveRecord<T extends object>(make: () => T): T {
  return new Proxy({} as T, {
    get: (_, key): unknown => Reflect.get(make(), key),
    has: (_, key) => Reflect.has(make(), key),
  });
}

/** A trainer whose checkpoints describe some of its settings by their present values. */
export function withLiveSettings<T extends Trainer>(trainer: T, now: () => Readonly<Record<string, number>>): T {
  const get = (): T['state'] => {
    const { state } = trainer;
    return state && { ...state, settings: { ...state.settings, ...now() } };
  };
  return Object.create(trainer, { state: { get } }) as T;
}
