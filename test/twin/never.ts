/** A signal that never aborts, for waits that nobody ends. */
import { setMaxListeners } from "node:events";

export const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
