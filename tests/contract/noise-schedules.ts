import { cosineSchedule, flowSchedule, linearSchedule, type NoiseSchedule } from '../../src/diffusion/index.js';

/** A noise schedule in the form that the laws in diffusion/schedules.host.test.ts need. Add one to the list for each new one. */
export interface NoiseScheduleCase {
  readonly name: string;
  readonly make: (options: { readonly steps: number }) => NoiseSchedule;
}

export const noiseSchedules: readonly NoiseScheduleCase[] = [
  { name: 'linearSchedule', make: linearSchedule },
  { name: 'cosineSchedule', make: cosineSchedule },
  { name: 'flowSchedule', make: flowSchedule },
  { name: 'flowSchedule with a shift', make: (options) => flowSchedule({ shift: 3, ...options }) },
];
