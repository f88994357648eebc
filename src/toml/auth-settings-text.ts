/** The text of `auth.toml`, as `mcp bus init` writes it for the login exchange: what is known, and what is left to fill in. */
import type { RoleEntry } from "../schemas/settings/auth-settings-file.ts";
import { AUTH_DEFAULTS } from "../schemas/settings/settings-defaults.ts";
import { tomlKey, tomlValue } from "./toml-text.ts";

export interface AuthSettingsFacts {
  readonly servers: readonly string[];
  /** Paths, best relative to the file: the exchange's own credentials, and the authority of the bus's certificates. */
  readonly creds: string;
  readonly ca?: string;
  /** Absent: left for a person to fill in. */
  readonly mcias?: { readonly serverUrl: string; readonly issuer: string; readonly ca?: string };
  /** Paths of seed files (mode 0600). */
  readonly signingKey: string;
  readonly curveKey: string;
  /** Public key of the control account. */
  readonly account: string;
  /** By role of MCIAS; without them USUAL_ROLES. */
  readonly roles?: Readonly<Record<string, RoleEntry>>;
}

/** MCIAS has these and `guest`, who is never let in. */
export const USUAL_ROLES: Readonly<Record<string, RoleEntry>> = {
  admin: { role: "admin", nodes: ["*"], services: ["*"] },
  user: { role: "operator", nodes: ["*"], services: ["*"] },
};

/** Read back by mcp-auth; without `mcias` it says there what is still missing. */
export function renderAuthSettings(facts: AuthSettingsFacts): string {
  const { servers, creds, ca, signingKey, curveKey, account, roles = USUAL_ROLES } = facts;
  const bus = { servers, creds, ...(ca === undefined ? {} : { ca }) };
  const exchange = { signing_key: signingKey, curve_key: curveKey, account, life: AUTH_DEFAULTS.exchange.life };
  return [
    "# Settings of the login exchange: mcp-auth server --config auth.toml",
    section("bus", bus),
    mciasSection(facts.mcias),
    section("exchange", exchange),
    "# What a role of MCIAS may do here: operator commands, admin also enrolls and removes. `guest` is never let in.",
    ...Object.entries(roles).map(([name, entry]) => section(`roles.${tomlKey(name)}`, { ...entry })),
  ].join("\n");
}

const MCIAS_TO_FILL_IN = `# Fill these in, without the #:
[mcias]
# server_url = "https://mcias.example.net:8443"
# issuer = "https://mcias.example.net:8443"    # what tokens name as \`iss\`
# ca = "mcias-ca.pem"                          # where its certificate comes from an authority of your own
validate = ${tomlValue(AUTH_DEFAULTS.mcias.validate)}                           # or "online": revoked tokens fail, and users have names
`;

function mciasSection(mcias: AuthSettingsFacts["mcias"]): string {
  if (mcias === undefined) return MCIAS_TO_FILL_IN;
  const { serverUrl, issuer, ca } = mcias;
  const { validate } = AUTH_DEFAULTS.mcias;
  return section("mcias", { server_url: serverUrl, issuer, ...(ca === undefined ? {} : { ca }), validate });
}

function section(name: string, members: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(members).map(([key, value]) => `${tomlKey(key)} = ${tomlValue(value)}`);
  return [`[${name}]`, ...lines, ""].join("\n");
}
