import type { DataName } from './fields.js';

/** Pictures on the host, as `batches` takes them: bytes from 0 to 255, row by row. */
export interface Pictures {
  readonly data: Uint8Array;
  readonly shape: readonly [count: number, height: number, width: number, channels: number];
  /** The class of each, if they have classes. */
  readonly labels?: Uint8Array | undefined;
  /** The names of the classes of one's own pictures. */
  readonly classes?: readonly string[] | undefined;
}

/** Height, width and channels of the pictures of a set; one channel is grey. */
export type PictureShape = readonly [height: number, width: number, channels: number];

/** The sets that consist of pictures. */
export type PictureSet = 'clothes' | 'emoji' | 'kinds' | 'own';
/** The sets that consist of points. */
export type PointSet = Exclude<DataName, PictureSet | 'words'>;

const shapes: Readonly<Record<PictureSet, PictureShape>> = {
  clothes: [28, 28, 1],
  emoji: [32, 32, 3],
  kinds: [32, 32, 3],
  own: [32, 32, 3],
};

/** Whether a set consists of pictures, not of points. */
export const isOfPictures = (data: DataName): data is PictureSet => Object.hasOwn(shapes, data);

/** The shape of a set's pictures. */
export const pictureShapeOf = (data: PictureSet): PictureShape => shapes[data];

/** What a model learns. */
export type Kind = 'points' | 'pictures' | 'words';

/** What a set consists of. */
export const kindOf = (data: DataName): Kind =>
  data === 'words' ? 'words' : isOfPictures(data) ? 'pictures' : 'points';
