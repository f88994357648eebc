/** Refuses a removal that would lock out its own user, or remove the last admin. */
import { McpError } from "../../values/error.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import type { OwnCredentials } from "./own-credentials.ts";
import { isPresent } from "./remove-operator.ts";

interface RemovalContext {
  readonly own: OwnCredentials | undefined;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** @throws McpError E_UNCONFIRMED */
export async function refuseLastAdmin(dir: IdentityDir, name: string, { own, nowMs }: RemovalContext): Promise<void> {
  const present = (await dir.operators()).filter((one) => isPresent(one, nowMs));
  const records = present.filter((one) => one.name === name);
  const hint = `add another admin first (\`mcp operator add <name> --role admin\`), or repeat with \`--force\``;
  if (records.some(({ publicKey }) => publicKey === own?.publicKey)) {
    throw new McpError("E_UNCONFIRMED", `this workstation uses the credentials of ${name}`, {
      hint: `replace them with \`mcp operator add ${name} --renew\`, or repeat with \`--force\` to lock yourself out`,
    });
  }
  const admins = present.filter(({ role }) => role === "admin");
  if (!records.some(({ role }) => role === "admin") || admins.some((one) => one.name !== name)) return;
  throw new McpError("E_UNCONFIRMED", `${name} is the last admin with valid credentials`, { hint });
}
