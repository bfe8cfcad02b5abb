import * as tf from '@tensorflow/tfjs-core';
import { classesOf, commonClasses, readBy } from '../nets/classes-of.js';
import type { Part } from '../nets/network.js';
import { outOfRange } from '../tensor/errors.js';
import { readNumbers } from '../tensor/lost-backend.js';
import type { BatchSource } from '../training/data/batches.js';
import type { Observer, ReportContext, Verdict } from '../training/observer.js';

/**
 * The observer of every run of `train`: it rejects labels beyond the classes of the networks before the first update, and gives verdicts on
 * skipped updates and on validation data whose metrics are not finite.
 */
export function runVerdicts(): Observer {
  return {
    begin: (run) => {
      // parts are among the settings
      const parts = Object.values(run.trainer.state?.settings ?? {}).filter(
        (one) => (one as Partial<Part> | null)?.variables,
      );
      const classes = commonClasses(parts.map((part) => classesOf(part as Part)));
      const further = Object.assign({}, ...parts.map((part) => readBy(part as Part))) as Counts;
      for (const argument of ['data', 'validation'] as const) {
        const { labels, conditions = {} } = (run[argument] as Partial<BatchSource> | undefined)?.holds ?? {};
        checkLabels(run.caller, `${argument}.condition`, labels, classes);
        for (const [name, range] of Object.entries(conditions))
          checkLabels(run.caller, `${argument}.conditions.${name}`, range, further[name]);
      }
    },
    report: async (at) => [...(await judgeSkipped(at)), ...judgeValidation(at)],
  };
}

/** Numbers of labels by the names of conditions. */
type Counts = Readonly<Record<string, number | undefined>>;

/** Throws if host data hold a label beyond the classes of the networks. */
function checkLabels(
  caller: string,
  argument: string,
  labels: readonly [low: number, high: number] | undefined,
  classes: number | undefined,
): void {
  if (!classes || !labels || labels[1] < classes) return;
  const fix = 'Labels count from 0, and -1 means no class.';
  const rule = `must hold labels below ${classes}, the classes of the networks`;
  throw outOfRange(caller, argument, rule, { got: labels[1], fix });
}

/** A verdict on skipped updates; it counts steps over the trainer's life. */
async function judgeSkipped(at: ReportContext): Promise<Verdict[]> {
  const { skippedBatches: skipped, batches, firstSkipped } = at.counts;
  if (skipped === 0) return [];
  const broken = skipped < batches ? undefined : await notFinite(at);
  const what = Object.keys(at.trainer.skipped ?? {}).length > 1 ? 'steps had updates that' : 'updates';
  const data = 'look for such numbers in the data, and for labels beyond the classes';
  const rate = 'lower the learning rate or set clipNorm';
  const message =
    `${skipped} of ${batches} ${what} were skipped, the first in step ${at.totalSteps - batches + firstSkipped}, because of ` +
    'numbers that are not finite. ' +
    (broken
      ? `The variables \`${broken}\` already contain such numbers.`
      : skipped < batches
        ? `Try to ${rate}, and ${data}.`
        : `Since all were skipped, first ${data}; then ${rate}.`);
  return [{ kind: 'skipped updates', message }];
}

/** The name of variables that are not finite. No update adds such numbers, so the part was made with them. */
async function notFinite({ caller, trainer: { state } }: ReportContext): Promise<string | undefined> {
  const variables = Object.entries(state?.variables ?? {}).filter(([, { dtype }]) => dtype === 'float32');
  const flags = tf.tidy(() => variables.map(([, variable]) => tf.all(tf.isFinite(variable))));
  const read = await readNumbers(caller, flags).finally(() => tf.dispose(flags));
  return variables.find((_, i) => read[i]![0] === 0)?.[0];
}

function judgeValidation({ validationCounts }: ReportContext): Verdict[] {
  const { notFinite, batches } = validationCounts ?? {};
  if (!notFinite) return [];
  const message =
    `${notFinite} of ${batches} batches of the validation data have a metric that is not finite, so its mean is undefined. ` +
    'Look for such numbers in these data, and for labels beyond the classes.';
  return [{ kind: 'validation not finite', message }];
}
