/**
 * The places of the constants of math.ts in a table. An engine makes a vector constant with four instructions, and again in
 * each turn of a loop; reading it from memory takes one.
 */
export const enum At {
  One = 0,
  LogTwoHigh = 4,
  LogTwoLow = 8,
  PerLogTwo = 12,
  Rounder = 16,
  Exp0 = 20,
  Exp1 = 24,
  Exp2 = 28,
  Exp3 = 32,
  Exp4 = 36,
  Exp5 = 40,
  Smallest = 44,
  Largest = 48,
  Log0 = 52,
  Log1 = 56,
  Log2 = 60,
  Log3 = 64,
  Log4 = 68,
  Log5 = 72,
  Log6 = 76,
  Log7 = 80,
  Log8 = 84,
  RootOfHalf = 88,
  Half = 92,
  Bias = 96,
  Fraction = 100,
  Tanh0 = 104,
  Tanh1 = 108,
  Tanh2 = 112,
  Tanh3 = 116,
  Tanh4 = 120,
  Underflow = 124,
  SignBit = 128,
  LogisticRounder = 132,
  LogisticPerLogTwo = 136,
  LogisticHigh = 140,
  LogisticLow = 144,
  Logistic5 = 148,
  Logistic4 = 152,
  Logistic3 = 156,
  Logistic2 = 160,
  Logistic1 = 164,
  LogisticLimit = 168,
  PerNormal = 172,
  Normal1 = 176,
  Normal2 = 180,
  Normal3 = 184,
  Normal4 = 188,
  Normal5 = 192,
  Density = 196,
}

/** Bytes of the table; a multiple of 16. */
export const TABLE_BYTES: i32 = 208;

/** Writes the constants that the functions of math.ts read. */
export function writeTable(table: usize): void {
  store<f32>(table, 1, At.One);
  // log 2 in two parts, the first of which is exact in few bits
  store<f32>(table, 0.693359375, At.LogTwoHigh);
  store<f32>(table, -2.1219444e-4, At.LogTwoLow);
  store<f32>(table, 1.4426950408889634, At.PerLogTwo);
  // 1.5 * 2^23: a number that is added to it is rounded to a whole number, which is then in the last bits
  store<f32>(table, 12582912, At.Rounder);
  // (exp(r) - 1 - r) / r^2
  store<f32>(table, 1.98756915e-4, At.Exp0);
  store<f32>(table, 1.3981999507e-3, At.Exp1);
  store<f32>(table, 8.3334519073e-3, At.Exp2);
  store<f32>(table, 4.1665795894e-2, At.Exp3);
  store<f32>(table, 1.6666665459e-1, At.Exp4);
  store<f32>(table, 5.0000001201e-1, At.Exp5);
  // exp is 0 below and infinite above
  store<f32>(table, -104, At.Smallest);
  store<f32>(table, 89, At.Largest);
  // (log(1 + m) - m + m^2 / 2) / m^3
  store<f32>(table, 7.0376836292e-2, At.Log0);
  store<f32>(table, -1.151461031e-1, At.Log1);
  store<f32>(table, 1.167699874e-1, At.Log2);
  store<f32>(table, -1.2420140846e-1, At.Log3);
  store<f32>(table, 1.4249322787e-1, At.Log4);
  store<f32>(table, -1.6668057665e-1, At.Log5);
  store<f32>(table, 2.0000714765e-1, At.Log6);
  store<f32>(table, -2.4999993993e-1, At.Log7);
  store<f32>(table, 3.3333331174e-1, At.Log8);
  store<f32>(table, 0.7071067811865476, At.RootOfHalf);
  store<f32>(table, 0.5, At.Half);
  store<i32>(table, 126, At.Bias);
  store<i32>(table, 0x007fffff, At.Fraction);
  // (tanh(x) - x) / x^3 in x^2
  store<f32>(table, -5.70498872745e-3, At.Tanh0);
  store<f32>(table, 2.06390887954e-2, At.Tanh1);
  store<f32>(table, -5.37397155531e-2, At.Tanh2);
  store<f32>(table, 1.33314422036e-1, At.Tanh3);
  store<f32>(table, -3.33332819422e-1, At.Tanh4);
  // below it exp is not a normal number
  store<f32>(table, -87.33654, At.Underflow);
  store<i32>(table, 0x80000000, At.SignBit);
  // XNNPACK's; its rounder leaves the exponent of a float in the last bits
  store<f32>(table, 12583039, At.LogisticRounder);
  store<f32>(table, -1.44269502, At.LogisticPerLogTwo);
  store<f32>(table, 0.693145752, At.LogisticHigh);
  store<f32>(table, 1.42860677e-6, At.LogisticLow);
  store<f32>(table, -8.28929059e-3, At.Logistic5);
  store<f32>(table, 4.18978222e-2, At.Logistic4);
  store<f32>(table, -0.166676521, At.Logistic3);
  store<f32>(table, 0.499991506, At.Logistic2);
  store<f32>(table, -0.999999702, At.Logistic1);
  store<f32>(table, 87.3365402, At.LogisticLimit);
  // Abramowitz and Stegun 7.1.26, with x / sqrt(2) for x and half of its sum
  store<f32>(table, 0.23164189, At.PerNormal);
  store<f32>(table, 0.127414796, At.Normal1);
  store<f32>(table, -0.142248368, At.Normal2);
  store<f32>(table, 0.7107068705, At.Normal3);
  store<f32>(table, -0.7265760135, At.Normal4);
  store<f32>(table, 0.5307027145, At.Normal5);
  // 1 / sqrt(2 pi)
  store<f32>(table, 0.3989422804014327, At.Density);
}
