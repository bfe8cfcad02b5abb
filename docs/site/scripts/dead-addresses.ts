/** Addresses that are opened at a time. */
const AT_ONCE = 8;
/** Milliseconds after which a server counts as silent. */
const PATIENCE = 20_000;
/** A server that answers in one of these ways refuses a program, and has the page. */
const REFUSALS = [401, 403, 405, 406, 429, 999];

/** The addresses that lead to no page, each with what was found instead; one that fails is tried a second time. */
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
    const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
    await answer.body?.cancel();
    return answer.ok || REFUSALS.includes(answer.status) ? undefined : `status ${answer.status}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? cause.message : message;
  }
}
