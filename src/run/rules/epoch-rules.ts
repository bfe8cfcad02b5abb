import { checkFunction, checkInteger } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import type { EpochPlace, EpochRules } from '../../training/epoch-rules.js';
import { jsonFields, type Json } from '../../training/json.js';
import { createEpochMeans } from './epoch-means.js';
import type { EpochRule } from './epoch-rule.js';

/** Before the name of a metric of the validation data, as in the history of `fit`. */
const VALIDATION = 'val_';

/**
 * Several rules as one, for the option `rules` of `train`, `fit` and `createRun`, and of `saveCheckpoint` and `loadCheckpoint`. They
 * are called at the end of each epoch, whatever `reportEvery`, also if the run is stopped there and goes on in another process.
 *
 * @param rules - at least one, each once; they decide in their order, and then act in it
 * @returns the rules; `reason` is that of the first rule that ends the run
 * @throws TypeError if one is no rule
 * @remarks A rule that asks for a metric of the updates has them read from the device after each update, on which a GPU waits; for
 * one of the validation data nothing is read that a report would not read. A metric that there is not is refused by name: one of the
 * validation data before the first update if there are none, any other after the first update or at the end of the first epoch.
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
  /** Epochs that have ended, and the one of the data's that is under way, if they count theirs. */
  let epochs = 0;
  let current: number | null = null;

  const end = async (at: EpochPlace): Promise<void> => {
    const found = validated!.length > 0 ? await at.evaluate() : {};
    // aborted: the end is made up for when the run goes on
    if (found === undefined) return;
    checkKnown(
      Object.keys(found).map((name) => VALIDATION + name),
      validated!,
    );
    const named: Readonly<Record<string, number>> = {
      ...means.read(),
      ...Object.fromEntries(Object.entries(found).map(([name, value]) => [VALIDATION + name, value])),
    };
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
    readsUpdates: trained!.length > 0,
    seen: (metrics: Readonly<Record<string, number>>) => {
      const names = Object.keys(metrics);
      checkKnown([...names, ...names.map((name) => VALIDATION + name)], asked);
      means.add(metrics);
    },
    begin: async (at: EpochPlace) => {
      if (at.validation === undefined && validated!.length > 0) {
        const rule = `must be given for the metric ${validated![0]}`;
        throw wrongKind('train', 'validation', rule, {
          got: undefined,
          fix: 'Watch a metric of the updates, or give data.',
        });
      }
      for (const rule of rules) await rule.begin?.(at);
      const place = placeOf(at);
      // a call was ended after the last update of an epoch, before its end was dealt with
      if (place !== undefined && place.position === 0 && place.epoch - 1 === current) return end(at);
      const goesOn = place !== undefined && place.epoch === current && place.position > 0;
      if (!goesOn) means.clear();
      current = place?.epoch ?? null;
    },
    end: async (at: EpochPlace, ended: boolean) => {
      const place = placeOf(at);
      if (place === undefined ? ended : place.position === 0 && place.epoch !== current) await end(at);
    },
    state: () => ({ epochs, current, means: means.state(), rules: rules.map(({ state }) => state?.() ?? null) }),
    restore: (state: Json) => {
      const at = `${where}.restore`;
      const fields = jsonFields(state) ?? {};
      const { rules: saved, current: savedCurrent = null } = fields;
      checkInteger(at, 'state.epochs', fields['epochs'], 0);
      if (savedCurrent !== null) checkInteger(at, 'state.current', savedCurrent, 0);
      if (!Array.isArray(saved) || saved.length !== rules.length) {
        throw wrongKind(at, 'state.rules', `must be those of ${rules.length} rules`, { got: saved });
      }
      const before = rules.map((rule) => rule.state?.() ?? null);
      const beforeMeans = means.state();
      try {
        means.restore(fields['means'] ?? null);
        rules.forEach((rule, i) => rule.restore?.(saved[i] as Json));
      } catch (error) {
        means.restore(beforeMeans);
        rules.forEach((rule, i) => rule.restore?.(before[i]!));
        throw error;
      }
      [epochs, current] = [fields['epochs'], savedCurrent];
    },
    settings: Object.fromEntries(rules.map(({ settings = {} }, i) => [i, settings])),
  });
  return own;
}

/** The place of a source that goes through its data epoch by epoch. */
function placeOf({ cursor }: EpochPlace): { readonly epoch: number; readonly position: number } | undefined {
  const { epoch, position } = jsonFields(cursor() ?? null) ?? {};
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
