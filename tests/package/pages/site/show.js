/** Writes into the page what came of some work, or its error. */
export async function show(work) {
  const outcome = await work.catch((error) => ({ error: String(error) }));
  document.documentElement.dataset.outcome = JSON.stringify(outcome);
}

/** What a report says about threads. */
export const inUse = ({ threads, reason }) => ({ threads, reason });
