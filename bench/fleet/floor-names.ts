/** What the floors call their own on the bus: nothing of ours listens there. */

export const FLOOR_BUCKET = "bench-floor";
/** Where bare answerers listen. */
export const ASK_SUBJECT = "bench.ask";
