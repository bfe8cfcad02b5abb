/** Adds the error that led to an error, as its `cause`. */
export function withCause<E extends Error>(error: E, cause: unknown): E {
  return Object.assign(error, { cause });
}
