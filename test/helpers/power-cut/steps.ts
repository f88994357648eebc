/** The record that record.c writes, as steps. */

/** One call that took effect, with paths as the program named them. */
export type Step =
  | { readonly call: "open"; readonly fd: number; readonly flags: number; readonly mode: number; readonly path: string }
  | { readonly call: "close" | "sync"; readonly fd: number }
  | ContentStep
  | { readonly call: "mkdir" | "rmdir" | "unlink" | "chmod"; readonly number: number; readonly path: string }
  | { readonly call: "rename" | "link" | "symlink"; readonly from: string; readonly to: string };

/** A step that changes an open file. */
export type ContentStep =
  | { readonly call: "write"; readonly fd: number; readonly at: number; readonly bytes: Buffer }
  | { readonly call: "truncate" | "mode"; readonly fd: number; readonly number: number };

/** @throws Error if the record is not complete */
export function parseSteps(record: Buffer): Step[] {
  const steps: Step[] = [];
  for (let position = 0; position < record.length; ) {
    const end = record.indexOf(0x0a, position);
    if (end < 0) throw new Error("the record ends within a step");
    const fields = record.toString("utf8", position, end).split("\t");
    position = end + 1;
    if (fields[0] !== "write") {
      steps.push(stepOf(fields));
      continue;
    }
    const [, fd = 0, at = 0, length = 0] = fields.map(Number);
    steps.push({ call: "write", fd, at, bytes: record.subarray(position, position + length) });
    position += length;
  }
  return steps;
}

function stepOf([call = "", one = "", two = "", three = "", four = ""]: readonly string[]): Step {
  switch (call) {
    case "open":
      return { call, fd: Number(one), flags: Number(two), mode: Number(three), path: four };
    case "close":
    case "sync":
      return { call, fd: Number(one) };
    case "truncate":
    case "mode":
      return { call, fd: Number(one), number: Number(two) };
    case "mkdir":
    case "rmdir":
    case "unlink":
    case "chmod":
      return { call, number: Number(one), path: two };
    case "rename":
    case "link":
    case "symlink":
      return { call, from: one, to: two };
    default:
      throw new Error(`an unknown step in the record: ${call}`);
  }
}
