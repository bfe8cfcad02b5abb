/** Invalid input from the user; `run` prints the message as one line and exits with code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
