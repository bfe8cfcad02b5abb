/**
 * The block of shared memory through which the main thread and its helper communicate: 32-bit words, then the numbers of
 * the jobs. Words that the two threads write at the same time are 64 bytes apart, each in its own cache line.
 */

/** How many jobs are not taken yet; the thread that lowers it by one takes the job of the new number. The helper sleeps on it. */
export const JOBS_LEFT = 0;
/** 1 while the helper sleeps, or is about to. */
export const HELPER_SLEEPS = 16;
/** 1 while the main thread sleeps, or is about to. */
export const MAIN_SLEEPS = 32;
/** The function of the region, as its index in the list of names. */
export const FUNCTION = 48;
/** How many numbers each job has. */
export const WIDTH = 49;
/** The state of each job. */
export const STATES = 64;

/** A region of more jobs is run by the main thread alone. */
export const MAXIMUM_JOBS = 64;
/** No function of the module gets more numbers. */
const MAXIMUM_WIDTH = 64;

export const BYTES_BEFORE_NUMBERS = 4 * (STATES + MAXIMUM_JOBS);
export const CONTROL_BYTES = BYTES_BEFORE_NUMBERS + 8 * MAXIMUM_JOBS * MAXIMUM_WIDTH;

/** States of a job. */
export const PENDING = 0;
export const DONE = 1;
export const FAILED = 2;
