/**
 * Logging in and out at MCIAS with a person's own password. Errors are distinguished as far as the server reports them;
 * codes that are not known here count by their status alone.
 */

import type { MciasLogin } from "../schemas/settings/mcias.ts";
import { mciasErrorCodec, mciasLoginCodec } from "../schemas/wire/codec.ts";
import { McpError } from "../values/error.ts";
import { callMcias, type JsonAnswer, type MciasServer } from "./https-json.ts";

export interface LoginFacts {
  readonly username: string;
  readonly password: string;
  /** Six digits. */
  readonly totpCode?: string;
  /** What its policies decide by. */
  readonly serviceName: string;
  readonly tags: readonly string[];
}

/** `totp-required`: the password was right, and a one-time code is wanted as well. */
export type LoginOutcome = MciasLogin | "totp-required";

const LOGIN_PATH = "/v1/auth/login";
const LOGOUT_PATH = "/v1/auth/logout";

/** @throws McpError E_REFUSED with `details.reason`, E_MCIAS when there is no answer or one that makes no sense */
export async function logIn(server: MciasServer, facts: LoginFacts, signal?: AbortSignal): Promise<LoginOutcome> {
  const body = {
    username: facts.username,
    password: facts.password,
    ...(facts.totpCode === undefined ? {} : { totp_code: facts.totpCode }),
    service_name: facts.serviceName,
    ...(facts.tags.length === 0 ? {} : { tags: facts.tags }),
  };
  const answer = await callMcias(server, { method: "POST", path: LOGIN_PATH, body }, signal);
  if (answer.status === 200) return loginIn(answer);
  const code = errorCodeOf(answer);
  if (answer.status === 401 && code === "totp_required" && facts.totpCode === undefined) return "totp-required";
  throw loginError(answer.status, code, facts);
}

/** True if the server confirms that the token is revoked; any other answer is false. */
export async function logOut(server: MciasServer, token: string, signal?: AbortSignal): Promise<boolean> {
  const { status } = await callMcias(server, { method: "POST", path: LOGOUT_PATH, token }, signal);
  return status >= 200 && status < 300;
}

function loginIn({ bytes }: JsonAnswer): MciasLogin {
  const login = mciasLoginCodec.decode(bytes);
  if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(login.token) && !Number.isNaN(Date.parse(login.expires_at))) return login;
  throw new McpError("E_INVALID_MESSAGE", "MCIAS's answer to the login holds no token");
}

/** A short word of the server's; empty for anything else, which may be a whole page of a proxy's. */
function errorCodeOf({ bytes }: JsonAnswer): string {
  try {
    const { code } = mciasErrorCodec.decode(bytes);
    return /^[a-z][a-z0-9_-]{0,39}$/i.test(code ?? "") ? (code ?? "") : "";
  } catch {
    return ""; // the status says enough
  }
}

function loginError(status: number, code: string, { username, totpCode }: LoginFacts): McpError {
  const refused = (reason: string, message: string, hint: string) =>
    new McpError("E_REFUSED", message, { hint, details: { reason, status, ...(code === "" ? {} : { code }) } });
  if (status === 401 && totpCode !== undefined) {
    const hint =
      "a one-time code is valid for half a minute and only once: wait for the next one, and check this machine's clock";
    return refused("credentials-or-totp", `MCIAS refuses the password or the one-time code of ${username}`, hint);
  }
  if (status === 401) {
    return refused("credentials", `MCIAS refuses the user name or the password of ${username}`, "try again");
  }
  if (status === 403) {
    const hint =
      "its policy decides by the account and by `[mcias] service_name` and `tags`: ask who administers MCIAS";
    return refused("policy", `MCIAS does not let ${username} log in here`, hint);
  }
  if (status === 429) {
    return refused("too-often", "MCIAS has seen too many logins from here", "wait some seconds, then try again");
  }
  const said = code === "" ? `status ${status}` : `status ${status}, ${code}`;
  return new McpError("E_MCIAS", `MCIAS cannot log anybody in (${said})`, { details: { status, code } });
}
