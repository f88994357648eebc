/** What the credentials of this workstation allow, from files alone: told before anything is looked up. */
import { ROLES } from "../../trust/operator-claims.ts";
import type { OperatorRights } from "../../trust/scope-error.ts";
import type { CliSettings } from "../settings/read-settings.ts";
import { readSession } from "./session-file.ts";

/** Undefined where the files do not say it: a bare key, no login, or one that is renewed first. */
export async function localRights({ bus, auth }: CliSettings, nowMs: number): Promise<OperatorRights | undefined> {
  const facts = (await readSession(bus?.creds ?? auth.sessionPath, nowMs))?.facts;
  const role = ROLES.find((one) => one === facts?.role);
  return facts === undefined || role === undefined || facts.expired ? undefined : { ...facts, role };
}
