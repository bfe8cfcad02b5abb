/** The bytes that begin each line of a submission's process. */
export const TOKEN_LENGTH = 16;
