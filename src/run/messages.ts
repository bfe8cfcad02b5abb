import type { RunError } from './snapshot.js';
import type { SnapshotChanges } from './snapshot-changes.js';
import type { StartOptions } from './start-options.js';

/** What a page posts to the worker of a run; `from` is the id of its connection. Calls are answered by number. */
export type ToWorker = { readonly from: string } & (
  | { readonly kind: 'hello' | 'close' }
  | { readonly kind: 'make'; readonly settings: unknown }
  | Omit<Call, 'from'>
  | { readonly kind: 'post'; readonly message: unknown }
);

/** A call of a page. */
export interface Call {
  readonly from: string;
  readonly kind: 'start' | 'stop';
  readonly call: number;
  /** Of a start. */
  readonly options?: StartOptions | undefined;
}

/** What the worker of a run posts: `serving` to everybody, everything else to the page that had the run made. */
export type FromWorker =
  | { readonly kind: 'serving'; readonly to?: undefined }
  | ({ readonly to: string } & (
      | { readonly kind: 'changed'; readonly changes: SnapshotChanges }
      | { readonly kind: 'not made'; readonly error: RunError }
      | { readonly kind: 'broken'; readonly error: RunError }
      | { readonly kind: 'held' }
      | { readonly kind: 'ended'; readonly call: number; readonly error?: RunError | undefined }
      | { readonly kind: 'post'; readonly message: unknown }
    ));
