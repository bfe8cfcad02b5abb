import { checkFunction, checkInteger } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import type { EpochContext, EpochRules } from '../../training/epoch-contract.js';
import type { BatchSource } from '../../training/data/batches.js';
import { jsonFields, type Json } from '../../training/json.js';
import { createEpochMeans } from './epoch-means.js';
import type { EpochRule } from './epoch-rule.js';

/** The prefix of metrics of the validation data, as in the history of `fit`. */
const VALIDATION = 'val_';

/**
 * Combines several rules into one, for the option `rules` of `train`, `fit`, `createRun`, `saveCheckpoint` and `loadCheckpoint`. They
 * are called at the end of each epoch, whatever `reportEvery` is, even if the run stops there and continues in another process.
 *
 * @param rules - at least one, each only once; they first decide, then act, in this order
 * @returns the rules; `reason` is that of the first rule that ends the run
 * @throws TypeError if one of them is not a rule
 * @remarks If a rule needs a metric of the updates, it is read from the device after each update, and a GPU waits for that. A metric
 * of the validation data needs no more reads than a report. An unknown metric is rejected by name: without validation data, one of
 * the validation data before the first update; any other after the first update or at the end of the first epoch.
 * @example
 * ```ts
 * const rules = epochRules([stopEarly({ metric: 'val_elbo', goal: 'max', patience: 5 })]);
 * await fit(trainer, source, { epochs: 2, validation: [x], rules });
 * const bytes = await saveCheckpoint(trainer, { data: source, rules });
 * console.log(rules.reason); // undefined
 * ```
 */
export function epochRules(rules: readonly EpochRule[]): EpochRules {
  const where = 'epochRules';
  checkRules(where, rules);
  const asked = rules.flatMap(({ metric }) => metric ?? []);
  const [validated, trained] = [true, false].map((is) => asked.filter((name) => name.startsWith(VALIDATION) === is));
  const means = createEpochMeans(trained!);
  /** Number of finished epochs, and the current epoch of the data, if they count epochs. */
  let epochs = 0;
  let current: number | null = null;

  const end = async (at: EpochContext): Promise<void> => {
    const found = validated!.length > 0 ? validationOf((await at.evaluate())?.metrics) : {};
    // aborted: when the run continues, it handles this end of the epoch
    if (found === undefined) return;
    checkKnown(Object.keys(found), validated!);
    const named: Readonly<Record<string, number>> = { ...means.read(), ...found };
    const valueOf = ({ metric = '' }: EpochRule): number => named[metric] ?? NaN;
    means.clear();
    epochs++;
    current = placeOf(at)?.epoch ?? null;
    for (const rule of rules) rule.decide?.(valueOf(rule), epochs);
    for (const rule of rules) await rule.act?.({ ...at, epoch: epochs, value: valueOf(rule), rules: own });
  };

  const own: EpochRules = Object.freeze({
    get reason() {
      return rules.flatMap(({ reason }) => reason ?? [])[0];
    },
    readEvery: trained!.length > 0 ? 1 : undefined,
    seen: (names: readonly string[], values: readonly number[]) => {
      checkKnown([...names, ...names.map((name) => VALIDATION + name)], asked);
      means.add((name) => values[names.indexOf(name)]!);
    },
    begin: async (at: EpochContext) => {
      checkValidated(at, validated!);
      for (const rule of rules) await rule.begin?.(at);
      const place = placeOf(at);
      // the previous call ended after the last update of an epoch, before it handled the end of the epoch
      if (place !== undefined && place.position === 0 && place.epoch - 1 === current) return end(at);
      const goesOn = place !== undefined && place.epoch === current && place.position > 0;
      if (!goesOn) means.clear();
      current = place?.epoch ?? null;
    },
    end: async (at: EpochContext, ended: boolean) => {
      const place = placeOf(at);
      if (place === undefined ? ended : place.position === 0 && place.epoch !== current) await end(at);
    },
    leave: () => rules.forEach((rule) => rule.leave?.()),
    state: () => ({ epochs, current, means: means.state(), rules: rules.map(({ state }) => state?.() ?? null) }),
    restore: (state: Json) => {
      const saved = readState(state, rules.length);
      const now = readState(own.state(), rules.length);
      const takeOver = ({ means: sums, rules: states }: SavedRules): void => {
        means.restore(sums);
        rules.forEach((rule, i) => rule.restore?.(states[i]!));
      };
      try {
        takeOver(saved);
      } catch (error) {
        takeOver(now);
        throw error;
      }
      ({ epochs, current } = saved);
    },
    settings: Object.fromEntries(rules.map(({ settings = {} }, i) => [i, settings])),
  });
  return own;
}

/** The metrics of the validation data, by the names that rules use. */
function validationOf(metrics: Readonly<Record<string, number>> | undefined): Record<string, number> | undefined {
  return metrics && Object.fromEntries(Object.entries(metrics).map(([name, value]) => [VALIDATION + name, value]));
}

/** The state of {@link epochRules}. */
interface SavedRules {
  readonly epochs: number;
  readonly current: number | null;
  readonly means: Json;
  readonly rules: readonly Json[];
}

function readState(state: Json, length: number): SavedRules {
  const where = 'epochRules.restore';
  const { epochs, current = null, means = null, rules } = jsonFields(state) ?? {};
  checkInteger(where, 'state.epochs', epochs, { least: 0 });
  if (current !== null) checkInteger(where, 'state.current', current, { least: 0 });
  if (!Array.isArray(rules) || rules.length !== length) {
    throw wrongKind(where, 'state.rules', `must be those of ${length} rules`, { got: rules });
  }
  return { epochs, current, means, rules: rules as readonly Json[] };
}

function checkValidated({ validation }: EpochContext, [metric]: readonly string[]): void {
  if (validation !== undefined || metric === undefined) return;
  const fix = 'Watch a metric of the updates, or give data.';
  throw wrongKind('train', 'validation', `must be given for the metric ${metric}`, { got: undefined, fix });
}

/** The position of a source that counts its epochs. */
function placeOf({ data, cursor = (data as Partial<BatchSource>).state }: EpochContext) {
  const { epoch, position } = jsonFields(cursor?.()) ?? {};
  return typeof epoch === 'number' && typeof position === 'number' ? { epoch, position } : undefined;
}

function checkKnown(names: readonly string[], asked: readonly string[]): void {
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw outOfRange('train', 'rules', `must ask for one of the metrics ${names.join(', ')}`, { got: unknown });
}

function checkRules(where: string, rules: unknown): void {
  if (!Array.isArray(rules) || rules.length === 0) {
    throw wrongKind(where, 'rules', 'must be an array of at least one rule', { got: rules });
  }
  rules.forEach((rule: Partial<EpochRule> | null | undefined, i) => {
    if (rule?.decide === undefined) checkFunction(where, `rules[${i}].act`, rule?.act);
    else checkFunction(where, `rules[${i}].decide`, rule.decide);
    if (rules.indexOf(rule) !== i) {
      throw wrongKind(where, `rules[${i}]`, 'must be a rule of its own', {
        seen: `that of rules[${rules.indexOf(rule)}]`,
      });
    }
  });
}
