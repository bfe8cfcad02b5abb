import { sentence, type Complaint } from '../tensor/errors.js';

/** A check that found what it was looking for. */
export function failure(complaint: Complaint): Error {
  return new Error(sentence(complaint));
}
