/** Values in the desired bucket that count for nothing, for `mcp doctor`: who wrote them, and how to repair it. Pure. */

import type { DesiredBucket } from "../../bus/ports/operator-bus.ts";
import type { DoctorCheck } from "../../schemas/output/doctor-output.ts";
import { junkText } from "../junk/junk-text.ts";
import { counted } from "../output/counted.ts";

/** @param hasKeys whether [trust] of mcp.toml names keys */
export function checkDesired({ documents, junk = [] }: DesiredBucket, hasKeys: boolean): DoctorCheck[] {
  const name = "desired";
  const isSigned = documents.some(({ document }) => document.proof !== undefined);
  const keyless: DoctorCheck = {
    name,
    result: "warn",
    message: "operators sign here, and this workstation has no keys to check signatures with",
    remedy: "set `signers` of [trust] in mcp.toml, or run `mcp join` again",
  };
  return [
    ...junk.map((one) => ({ name, result: "warn", message: junkText(one), remedy: "mcp sync --reseed" }) as const),
    ...(isSigned && !hasKeys ? [keyless] : []),
    ...(junk.length === 0
      ? [{ name, result: "ok", message: `${counted(documents.length, "document")}, all valid` } as const]
      : []),
  ];
}
