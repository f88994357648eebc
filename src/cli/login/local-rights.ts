/** The rights of this workstation's credentials, read from files only, to refuse a command before it connects. */
import { ROLES } from "../../trust/operator-claims.ts";
import type { OperatorRights } from "../../trust/scope-error.ts";
import type { CliSettings } from "../settings/read-settings.ts";
import { readSession } from "./session-file.ts";

/** Undefined if the files do not say: a bare key, no login, or a login that is renewed first. */
export async function localRights({ bus, auth }: CliSettings, nowMs: number): Promise<OperatorRights | undefined> {
  const facts = (await readSession(bus?.creds ?? auth.sessionPath, nowMs))?.facts;
  const role = ROLES.find((one) => one === facts?.role);
  return facts === undefined || role === undefined || facts.expired ? undefined : { ...facts, role };
}
