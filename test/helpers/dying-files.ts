/**
 * File systems that fail under the code of this process: from one step on nothing happens any more, as when it is killed
 * there; or one write finds the disk full. A step is a call that changes something.
 */
import type { FileHandle } from "node:fs/promises";
import { createRequire, syncBuiltinESMExports } from "node:module";

type Calls = Record<string, (...given: unknown[]) => Promise<unknown>>;

const CHANGING = ["mkdir", "link", "rename", "rm", "writeFile", "unlink"] as const;

export interface DyingFiles {
  /** How many steps were taken. */
  readonly steps: () => number;
  /** Makes the file system whole again. */
  readonly mend: () => void;
}

/** From the nth step on (counted from 0) nothing changes any more, and every call fails. */
export function killedAt(n: number): DyingFiles {
  return patched((step) => {
    if (step >= n) throw new Error("killed");
  });
}

/** The nth step alone fails. */
export function fullAt(n: number): DyingFiles {
  return patched((step) => {
    if (step === n) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  });
}

function patched(before: (step: number) => void): DyingFiles {
  const files = createRequire(import.meta.url)("node:fs/promises") as Calls;
  const old = { ...files };
  let taken = 0;
  const counted = (call: (...given: unknown[]) => Promise<unknown>) => {
    return async (...given: unknown[]) => {
      before(taken++);
      return await call(...given);
    };
  };
  for (const name of CHANGING) files[name] = counted(old[name] as Calls[string]);
  files["open"] = async (...given) => {
    if (given[1] !== "wx") return await old["open"]?.(...given);
    before(taken++);
    const file = (await old["open"]?.(...given)) as FileHandle;
    file.writeFile = counted(file.writeFile.bind(file) as Calls[string]) as FileHandle["writeFile"];
    return file;
  };
  syncBuiltinESMExports();
  return {
    steps: () => taken,
    mend: () => {
      Object.assign(files, old);
      syncBuiltinESMExports();
    },
  };
}
