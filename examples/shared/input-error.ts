/** The user gave something that cannot be used; `run` prints the message as one line and ends with code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
