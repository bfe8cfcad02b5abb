import { outOfRange } from '../tensor/errors.js';
import type { HostImages } from './host-images.js';
import { isGrey, luma, type Colours } from './pixels.js';

/** Takes pictures of one size, one after the other, and concatenates them. */
export interface ImageStore {
  /** Adds a picture. */
  add(picture: Colours): void;
  /** All pictures, after the last one was added. */
  images(): HostImages;
}

/**
 * Makes a store for `total` pictures, which allocates memory only for the result. Without `channels`, it starts with one channel and
 * expands to three at the first picture that is not grey.
 */
export function createImageStore(where: string, total: number, channels: 1 | 3 | undefined): ImageStore {
  let store = { data: new Uint8Array(), channels, height: 0, width: 0 };
  let added = 0;

  const reserve = (size: number): Uint8Array<ArrayBuffer> => {
    try {
      return new Uint8Array(size);
    } catch {
      const gigabytes = `${(size / 2 ** 30).toFixed(1)} GiB`;
      const fix = 'Read fewer pictures, or make them smaller.';
      throw outOfRange(where, 'size', 'must be small enough for all pictures to fit into memory', {
        seen: gigabytes,
        fix,
      });
    }
  };

  const widen = (): void => {
    const { data, height, width } = store;
    const wide = reserve(3 * data.length);
    const filled = added * height * width;
    for (let i = 0; i < filled; i++) wide.fill(data[i]!, 3 * i, 3 * i + 3);
    store = { ...store, data: wide, channels: 3 };
  };

  return {
    add(picture) {
      const { height, width } = picture;
      if (added === 0) {
        const depth = channels ?? (isGrey(picture) ? 1 : 3);
        store = { data: reserve(total * height * width * depth), channels: depth, height, width };
      } else if (channels === undefined && store.channels === 1 && !isGrey(picture)) {
        widen();
      }
      const pixels = store.channels === 1 ? luma(picture) : picture.data;
      store.data.set(pixels, added * pixels.length);
      added++;
    },
    images: () => ({ data: store.data, shape: [total, store.height, store.width, store.channels!] }),
  };
}
