/** From linear Display P3 to linear sRGB, row by row; both have the white point D65. */
const MATRIX = [
  [1.2249401763, -0.2249401763, 0],
  [-0.0420569547, 1.0420569547, 0],
  [-0.0196375546, -0.0786360456, 1.0982736001],
] as const;

/** The linear light, from 0 to 1, of a level from 0 to 255; the curve is the same in both colour spaces. */
const linear = (level: number): number => {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const encoded = (light: number): number => {
  const value = Math.min(1, Math.max(0, light));
  return Math.round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
};

/**
 * Converts colours from Display P3 to sRGB; alpha stays as it is. Colours outside sRGB are clipped, as in browsers.
 *
 * @see https://www.w3.org/TR/css-color-4/#color-conversion-code
 */
export function fromDisplayP3(data: Uint8Array | Uint8ClampedArray): Uint8Array {
  const light = Float64Array.from({ length: 256 }, (_, level) => linear(level));
  const converted = Uint8Array.from(data);
  for (let i = 0; i < data.length; i += 4) {
    MATRIX.forEach(([red, green, blue], channel) => {
      converted[i + channel] = encoded(
        red * light[data[i]!]! + green * light[data[i + 1]!]! + blue * light[data[i + 2]!]!,
      );
    });
  }
  return converted;
}
