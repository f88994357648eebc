/**
 * Checks a bundle before anything is written: name, addresses, certificates, signers, and that the credentials' key matches
 * their JWT. Rule: an error names the damaged part, never its content. Pure.
 */
import { X509Certificate } from "node:crypto";
import type { NodeBundle, OperatorBundle } from "../schemas/wire/bundle.ts";
import { parseBusAddress, parseDomain } from "../schemas/wire/bus-address.ts";
import { McpError } from "../values/error.ts";
import { isName } from "../values/names.ts";
import { parseCreds } from "./creds-file.ts";
import { decodeJwt } from "./jwt.ts";
import { isPublicKey } from "./keys.ts";

/** @throws McpError E_CONFIG naming `path` and the part that is damaged */
export function checkBundle(path: string, bundle: NodeBundle | OperatorBundle): void {
  const damage = damageOf(bundle);
  if (damage === undefined) return;
  throw new McpError("E_CONFIG", `${path}: ${damage}; nothing was written`, {
    hint: "the file was changed or is incomplete: copy it again, or get a new one with `--renew`",
  });
}

function damageOf(bundle: NodeBundle | OperatorBundle): string | undefined {
  const { bus, creds, trust } = bundle;
  if (!isName(bundle.kind === "node" ? bundle.node : bundle.name)) return "its name is not valid";
  if (bus.servers.length === 0 || bus.servers.some((server) => "wrong" in parseBusAddress(server))) {
    return "its bus server addresses are not valid";
  }
  if (bus.domain !== undefined && "wrong" in parseDomain(bus.domain)) return "its JetStream domain is not valid";
  if (bus.ca !== undefined && !areCertificates(bus.ca)) return "its certificates (`ca`) are not valid";
  if (![...trust.signers, ...trust.exchange].every((key) => isPublicKey(key, "account"))) {
    return "the public keys of its signers are not valid";
  }
  return damageOfCreds(creds);
}

function damageOfCreds(text: string): string | undefined {
  try {
    const { jwt, key } = parseCreds(text);
    if (jwt === undefined) return "its credentials have no JWT";
    const { sub, nats } = decodeJwt(jwt);
    if (nats["type"] !== "user") return "its credentials are not those of a user";
    return sub === key.publicKey ? undefined : "its credentials' key does not match their JWT";
  } catch {
    return "its credentials are damaged"; // the cause could show parts of them
  }
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** True for one or more PEM certificates; other text between them is allowed. */
function areCertificates(pem: string): boolean {
  const blocks = pem.match(CERTIFICATE) ?? [];
  const begun = pem.split("-----BEGIN ").length - 1;
  return blocks.length > 0 && blocks.length === begun && blocks.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false; // not a certificate
  }
}
