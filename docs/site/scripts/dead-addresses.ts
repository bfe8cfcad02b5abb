/** Number of addresses that are opened at the same time. */
const AT_ONCE = 8;
/** Milliseconds to wait for a server. */
const TIMEOUT = 20_000;
/** Statuses with which a server refuses programs although the page exists. */
const REFUSALS = [401, 403, 405, 406, 429, 999];

/** The addresses without a page, each with the response or error; an address that fails is tried a second time. */
export async function deadAddresses(
  addresses: readonly string[],
): Promise<readonly { readonly address: string; readonly why: string }[]> {
  const left = [...addresses];
  const dead: { address: string; why: string }[] = [];
  const worker = async (): Promise<void> => {
    for (let address = left.shift(); address !== undefined; address = left.shift()) {
      const why = (await whyDead(address)) && (await whyDead(address));
      if (why !== undefined) dead.push({ address, why });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return dead.sort((a, b) => a.address.localeCompare(b.address));
}

async function whyDead(address: string): Promise<string | undefined> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT) });
    await answer.body?.cancel();
    return answer.ok || REFUSALS.includes(answer.status) ? undefined : `status ${answer.status}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
