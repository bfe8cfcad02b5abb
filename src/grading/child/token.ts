/** The number of secret bytes at the start of each line that the process writes. */
export const TOKEN_LENGTH = 16;
