/** A removal that would shut out the one who types it, or leave no admin: not without `--force`. */
import { McpError } from "../../values/error.ts";
import type { IdentityDir } from "../identity/identity-dir.ts";
import type { OwnCredentials } from "./own-credentials.ts";
import { isPresent } from "./remove-operator.ts";

interface Ground {
  readonly own: OwnCredentials | undefined;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** @throws McpError E_UNCONFIRMED */
export async function refuseLastWayIn(dir: IdentityDir, name: string, { own, nowMs }: Ground): Promise<void> {
  const present = (await dir.operators()).filter((one) => isPresent(one, nowMs));
  const records = present.filter((one) => one.name === name);
  const hint = `give somebody an admin's credentials first (\`mcp operator add <name> --role admin\`), or repeat with \`--force\``;
  if (records.some(({ publicKey }) => publicKey === own?.publicKey)) {
    throw new McpError("E_UNCONFIRMED", `${name}'s credentials are those that this workstation works with`, {
      hint: `new ones instead of them: \`mcp operator add ${name} --renew\`; to shut yourself out, repeat with \`--force\``,
    });
  }
  const admins = present.filter(({ role }) => role === "admin");
  if (!records.some(({ role }) => role === "admin") || admins.some((one) => one.name !== name)) return;
  throw new McpError("E_UNCONFIRMED", `${name} is the last admin with credentials in force`, { hint });
}
