import type { RunError } from './snapshot.js';
import type { SnapshotChanges } from './snapshot-changes.js';
import type { StartOptions } from './start-options.js';

/** A call that starts or stops a run. */
export interface RunCall {
  readonly kind: 'start' | 'stop';
  /** The options of a start. */
  readonly options?: StartOptions | undefined;
}

/** A call by a page; the worker reports the end of each. */
export type Call = RunCall | { readonly kind: 'make'; readonly settings: unknown };

/** A call as it is posted: with its number, and the id of its connection. */
export type PostedCall = Call & { readonly from: string; readonly call: number };

/** What a page posts to the worker of a run; `from` is the id of its connection. Calls are answered by number. */
export type ToWorker =
  | PostedCall
  | ({ readonly from: string } & (
      | { readonly kind: 'hello' }
      | { readonly kind: 'close' }
      | { readonly kind: 'post'; readonly message: unknown }
    ));

/** What the worker of a run posts: `serving` to all pages, everything else to the page that requested the run. */
export type FromWorker =
  | { readonly kind: 'serving'; readonly to?: undefined }
  | ({ readonly to: string } &
      /** The first snapshot of a run. */
      (
        | { readonly kind: 'made'; readonly changes: SnapshotChanges }
        | { readonly kind: 'changed'; readonly changes: SnapshotChanges }
        | { readonly kind: 'not made'; readonly error: RunError }
        | { readonly kind: 'failed'; readonly error: RunError }
        | { readonly kind: 'locked' }
        | { readonly kind: 'ended'; readonly call: number; readonly error?: RunError | undefined }
        | { readonly kind: 'post'; readonly message: unknown }
      ));
