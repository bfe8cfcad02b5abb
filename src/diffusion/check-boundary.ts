import { outOfRange } from '../tensor/errors.js';
import type { Denoiser } from './denoiser.js';
import { scalesOf } from './noise-schedule.js';
import { conversionAt } from './prediction-target.js';

/** Throws unless the estimate is x_t itself without noise, and bounded where there is only noise: that of a consistency model. */
export function checkBoundary(where: string, { predicts, schedule }: Denoiser): void {
  const [ofXt, ofOutput] = conversionAt(predicts, 1, 0).sample;
  const [, last] = conversionAt(predicts, ...scalesOf(schedule, schedule.steps - 1)).sample;
  if (ofXt === 1 && ofOutput === 0 && Math.abs(last) < 2) return;
  const rule = 'must be predictVelocity or predictFlow';
  throw outOfRange(where, 'student.predicts', rule, { seen: `the target '${predicts.name}'` });
}
