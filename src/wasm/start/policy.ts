/** What a content security policy has blocked. */
export interface Refusal {
  /** The directive that blocks, such as `connect-src`. */
  readonly directive: string;
  /** What is blocked: an address, `blob`, or `wasm-eval`. */
  readonly blocked: string;
}

/** Listens to the refusals of the page's content security policy. */
export interface PolicyWatch {
  /** The first refusal of this kind since the watch began; undefined if there was none. */
  refusal(isOfThisKind: (refusal: Refusal) => boolean): Promise<Refusal | undefined>;
  /** Ends the watch. */
  stop(): void;
}

/** Begins to listen. A browser's errors do not say that a policy caused them; the browser reports that by an event. */
export function watchPolicy(): PolicyWatch {
  const refusals: Refusal[] = [];
  const note = ({ effectiveDirective, blockedURI, disposition }: SecurityPolicyViolationEvent): void => {
    if (disposition === 'enforce') refusals.push({ directive: effectiveDirective, blocked: blockedURI });
  };
  const isPage = typeof addEventListener === 'function' && typeof SecurityPolicyViolationEvent === 'function';
  if (isPage) addEventListener('securitypolicyviolation', note);
  return {
    async refusal(isOfThisKind) {
      // the event may come after the error
      if (isPage && !refusals.some(isOfThisKind)) await new Promise((resolve) => setTimeout(resolve));
      return refusals.find(isOfThisKind);
    },
    stop() {
      if (isPage) removeEventListener('securitypolicyviolation', note);
    },
  };
}
