/**
 * The block of shared memory through which the main thread and its helpers communicate: 32-bit words, then the numbers of
 * the jobs. Words that threads write at the same time are 64 bytes apart, each in its own cache line.
 */

/**
 * How many jobs are not taken yet; the thread that lowers it by one takes the job with the new number. Sleeping helpers wait on this word.
 */
export const JOBS_LEFT = 0;
/** How many helpers sleep or are about to sleep. */
export const SLEEPING_HELPERS = 16;
/** 1 while the main thread sleeps or is about to sleep. */
export const MAIN_SLEEPS = 32;
/** The function of the region, as its index in the list of names. */
export const FUNCTION = 48;
/** How many numbers each job has. */
export const WIDTH = 49;
/** The state of the first helper; the states of the others follow, each in its own cache line. The sleeping main thread waits on them. */
const STATES = 64;
const LINE = 16;

export const MAXIMUM_HELPERS = 15;
/** A region with more jobs is run by the main thread. */
export const MAXIMUM_JOBS = 64;
/** No function of the module gets more numbers. */
const MAXIMUM_WIDTH = 64;

export const BYTES_BEFORE_NUMBERS = 4 * (STATES + LINE * MAXIMUM_HELPERS);
export const CONTROL_BYTES = BYTES_BEFORE_NUMBERS + 8 * MAXIMUM_JOBS * MAXIMUM_WIDTH;

/** The word with the state of a helper, counted from 0. */
export function stateOf(helper: number): number {
  return STATES + LINE * helper;
}

/** The first state of a helper: it has no job. */
export const IDLE = 0;
/** It has a job, or is about to take one. */
export const BUSY = 1;
/** The main thread no longer uses it: it takes no more jobs. */
export const LOST = 2;
/** The job with number 0 failed, and each lower state means the next job: the helper takes no more jobs. */
export const FAILED = -1;
