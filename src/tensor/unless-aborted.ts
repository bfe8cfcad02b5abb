/** The result of `work`, or undefined if the signal is aborted before it is there. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T | undefined> {
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
    // or each read would leave a listener behind
    signal.removeEventListener('abort', stop);
  }
}
