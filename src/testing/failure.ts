import { sentence, type Complaint } from '../tensor/errors.js';

/** The error of a check that failed. */
export function failure(complaint: Complaint): Error {
  return new Error(sentence(complaint));
}
