import { expect, test, vi } from 'vitest';
import { stripTypes } from '../../src/grading/strip-types.js';

vi.mock('sucrase', () => {
  throw new Error('Cannot find package');
});

test('without the package that reads submissions, one sentence says what to install', async () => {
  await expect(stripTypes('1')).rejects.toThrow(/^gradeSubmission: the package `sucrase`.* Run npm i sucrase\.$/);
});
