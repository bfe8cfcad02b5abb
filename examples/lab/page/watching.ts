import { effect } from '@preact/signals-core';
import { LitElement } from 'lit';

/** An element in the page's own tree that renders again when a signal changes that its `render` has read. */
export abstract class Watching extends LitElement {
  #end: (() => void) | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override performUpdate(): void {
    if (!this.isUpdatePending) return;
    this.#end?.();
    let isFirst = true;
    this.#end = effect(() => {
      if (isFirst) super.performUpdate();
      else this.requestUpdate();
      isFirst = false;
    });
    // an update that was awaited when the element was removed
    if (!this.isConnected) this.#end();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#end?.();
  }
}
