/** A public function that takes options, as a function of them; and options that it accepts, with a value for each. */
export type Call = readonly [call: (options: never) => unknown, options: () => object];
