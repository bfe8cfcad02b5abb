import { buildGradingChild } from '../../scripts/grading-child.js';

/** Builds what runs submissions, once for all files of tests. */
export default async function setup(): Promise<void> {
  await buildGradingChild('dist');
}
