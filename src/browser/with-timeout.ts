/** Resolves to the result of `work`; rejects if it takes longer than `timeout` milliseconds, or once the signal is aborted. */
export function withTimeout<T>(timeout: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  let end!: () => void;
  const late = new Promise<never>((_, reject) => {
    end = () => reject(new DOMException(`no answer for ${timeout / 1000} seconds`, 'TimeoutError'));
  });
  const timer = setTimeout(end, timeout);
  signal?.addEventListener('abort', end);
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  });
}
