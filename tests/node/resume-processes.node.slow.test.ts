import { availableParallelism } from 'node:os';
import { test } from 'vitest';
import { count } from '../support/counts.js';
import { resumeInNewProcesses } from './resume-processes.js';

// a process takes two seconds to start; resume-processes.long.test.ts resumes all runs in three ways
test.skipIf(availableParallelism() < 2)(
  'a run of each family that one thread has saved goes on with two in a new process, bit for bit',
  async () => {
    const names = ['VAE', 'GAN', 'diffusion model'].map((family) => `${family}, Adam with a schedule, with all`);
    count('runs that were resumed bit for bit', await resumeInNewProcesses(names, [[1, 2]]));
  },
);
