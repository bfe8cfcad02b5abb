/** Pictures on the host, in the form that `batches` takes; it divides the bytes by 255. */
export interface HostImages {
  /** Bytes from 0 to 255, row-major from the top left: image, row, column, channel. */
  readonly data: Uint8Array;
  /** One channel is grey, three are red, green and blue. */
  readonly shape: readonly [images: number, height: number, width: number, channels: number];
}

/** Pictures with the class of each. */
export interface LabelledImages {
  /** The data set, in the form that `batches` takes. */
  readonly data: {
    /** All pictures, class by class. */
    readonly x: HostImages;
    /** The class of each picture. */
    readonly condition: ImageLabels;
  };
  /** The name of class 0, of class 1, and so on. */
  readonly classes: readonly string[];
}

/** Class labels on the host. */
export interface ImageLabels {
  /** A class for each picture, counted from 0. */
  readonly data: Int32Array;
  /** The shape, with one axis. */
  readonly shape: readonly [images: number];
}

/** Progress of reading pictures. */
export interface ImageProgress {
  /** Pictures read, from 1 to `total`. */
  readonly done: number;
  /** Total number of pictures. */
  readonly total: number;
}

/** Options for the conversion of pictures. */
export interface ImageOptions {
  /** Height and width of every picture, in pixels. By default all pictures must have the same size, which is kept. */
  readonly size?: readonly [height: number, width: number] | undefined;
  /** 1 for grey, 3 for colour. By default 1 if each pixel of every picture is grey, and 3 otherwise. */
  readonly channels?: 1 | 3 | undefined;
  /**
   * How a picture with other proportions fills `size`. `cover` (the default) keeps the proportions and crops the excess
   * equally on both sides; `contain` keeps them and fills the rest with `background`; `stretch` does not keep them.
   */
  readonly fit?: 'cover' | 'contain' | 'stretch' | undefined;
  /**
   * The colour behind transparent pixels, and around a picture with the fit `contain`: a level of grey, or red, green and
   * blue; in [0, 1]. The default is 1, white.
   */
  readonly background?: number | readonly [red: number, green: number, blue: number] | undefined;
  /** The largest number of pixels in a picture, because a small file could fill the memory. The default is 2^26, about 67 million. */
  readonly maxPixels?: number | undefined;
  /** Called after each picture. */
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
  /** Stops the reading between two pictures. */
  readonly signal?: AbortSignal | undefined;
}
