/** Performs an act: `perform.ts <act> <directory>`. */
import { ACTS, type ActName } from "./acts.ts";
import { promiseIn } from "./promises.ts";

process.umask(0o022);
const [act, root] = process.argv.slice(2) as [ActName, string];
await ACTS[act](root, promiseIn(root));
