/** The words between the shells' scripts and the program: the hidden command, and its answer for file names. */
export const COMPLETE = "__complete";
export const FILES = ":files";
