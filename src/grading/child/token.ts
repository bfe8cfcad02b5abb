/** The number of secret bytes at the start of each line that the process writes. */
export const TOKEN_LENGTH = 16;

/** The number of bytes before each message to the process, which hold its length as an unsigned integer. */
export const HEAD_LENGTH = 4;
