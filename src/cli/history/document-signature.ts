/** Who signed a stored document, and which key issued the signer's JWT, as far as this workstation knows. Pure. */

import type { DocumentSignature } from "../../schemas/output/history-output.ts";
import type { DesiredService } from "../../schemas/service/desired.ts";
import { documentSigner } from "../../trust/proof.ts";
import { messageOf } from "../../values/error.ts";
import type { CliSettings } from "../settings/read-settings.ts";

/** @param trust the keys in mcp.toml that issue break-glass and login users */
export function documentSignature(document: DesiredService, trust: CliSettings["trust"]): DocumentSignature {
  if (document.proof === undefined) return { state: "unsigned" };
  try {
    const { name, role, issuer } = documentSigner(document);
    return { state: "signed", name, role, issuer: issuerIn(trust, issuer) };
  } catch (error) {
    return { state: "bad", reason: messageOf(error) };
  }
}

function issuerIn({ signers, exchange }: CliSettings["trust"], key: string) {
  if (signers.includes(key)) return "break-glass";
  return exchange.includes(key) ? "login exchange" : "unknown issuer";
}

export function signatureText(signature: DocumentSignature): string {
  if (signature.state === "unsigned") return "unsigned";
  if (signature.state === "bad") return `bad signature: ${signature.reason}`;
  const { name, role, issuer } = signature;
  return `signed by ${name} (${role}, ${issuer})`;
}

/** True if a node with keys in `[trust]` would refuse the document. */
export function isDoubtful({ state, ...signed }: DocumentSignature): boolean {
  return state !== "signed" || ("issuer" in signed && signed.issuer === "unknown issuer");
}
