/** The result of `work`; undefined if the signal is aborted first. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
  if (signal === undefined) return work;
  let stop = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop);
    // the work itself may have aborted it already
    if (signal.aborted) stop();
  });
  try {
    const result = await Promise.race([work, aborted]);
    return signal.aborted ? undefined : result;
  } finally {
    // otherwise each read would leave a listener
    signal.removeEventListener('abort', stop);
  }
}
