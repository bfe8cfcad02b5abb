import { checkConditionRead, classesOf } from '../nets/classes-of.js';
import { dropEach, type AllConditions, type DropCondition } from '../nets/conditions/drop-condition.js';
import { wrongKind } from '../tensor/errors.js';
import type { StepOptions } from '../training/trainer/step-input.js';
import type { Denoiser } from './denoiser.js';

/** Throws unless a batch has the conditions that its denoiser reads, and no others; whoever drops some finds out about missing ones. */
export function checkBatchConditions(
  denoiser: Denoiser,
  options: StepOptions,
  dropCondition: DropCondition | undefined,
): void {
  checkConditionRead('step', 'batch.', options, denoiser);
  if (!options.training || options.condition !== undefined || dropCondition !== undefined) return;
  if (!classesOf(denoiser)) return;
  const fix = 'Give batches { x, condition }.';
  throw wrongKind('step', 'batch.condition', 'must be given, as the denoiser has classes', { got: undefined, fix });
}

/** The conditions of a batch, without those that are dropped. */
export function keptConditions(options: StepOptions, dropCondition: DropCondition | undefined): AllConditions {
  const { condition, conditions } = options;
  return dropCondition === undefined ? { condition, conditions } : dropEach('step', options, dropCondition, options);
}
