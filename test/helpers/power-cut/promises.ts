/** How an act says, within the record of its writes, that something must survive a power cut from now on. */
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/** The file of promises, one on each line, in the recorded directory. */
export const PROMISES = "promises";

export type Promised = (what: string) => void;

export function promiseIn(root: string): Promised {
  return (what) => {
    const file = openSync(join(root, PROMISES), "a");
    writeSync(file, `${what}\n`);
    closeSync(file);
  };
}
