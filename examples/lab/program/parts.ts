/** The lines of a program that depend on the family. */
export interface ProgramParts {
  /** Names from the main entry, beside those that all programs need. */
  readonly imports: readonly string[];
  /** Makes `trainer`, and what sampling needs. */
  readonly model: string;
  /** Makes `samples`. */
  readonly sampling: string;
  /** The metrics that are printed, as arguments. */
  readonly shown: string;
}
