/** Renders `auth.toml`, which `mcp bus init` writes for the login exchange; what is not known is left to fill in. */
import type { RoleEntry } from "../schemas/settings/auth-settings-file.ts";
import { AUTH_DEFAULTS } from "../schemas/settings/settings-defaults.ts";
import { tomlKey, tomlValue } from "./toml-text.ts";

export interface AuthSettingsFacts {
  readonly servers: readonly string[];
  /** Paths, preferably relative to the file: the exchange's credentials, and the certificate authority of the bus. */
  readonly creds: string;
  readonly ca?: string;
  /** Absent: left to fill in. */
  readonly mcias?: { readonly serverUrl: string; readonly issuer: string; readonly ca?: string };
  /** Paths of seed files (mode 0600). */
  readonly signingKey: string;
  readonly curveKey: string;
  /** Public key of the control account. */
  readonly account: string;
  /** By role of MCIAS. Default: USUAL_ROLES. */
  readonly roles?: Readonly<Record<string, RoleEntry>>;
}

/** MCIAS also has `guest`, who may never log in. */
export const USUAL_ROLES: Readonly<Record<string, RoleEntry>> = {
  admin: { role: "admin", nodes: ["*"], services: ["*"] },
  user: { role: "operator", nodes: ["*"], services: ["*"] },
};

/** mcp-auth reads the text. Without `mcias`, comments show what is missing. */
export function renderAuthSettings(facts: AuthSettingsFacts): string {
  const { servers, creds, ca, signingKey, curveKey, account, roles = USUAL_ROLES } = facts;
  const bus = { servers, creds, ...(ca === undefined ? {} : { ca }) };
  const exchange = { signing_key: signingKey, curve_key: curveKey, account, life: AUTH_DEFAULTS.exchange.life };
  return [
    "# Settings of the login exchange: mcp-auth server --config auth.toml",
    section("bus", bus),
    mciasSection(facts.mcias),
    section("exchange", exchange),
    "# What a role of MCIAS may do: `operator` commands, `admin` also enrolls and removes. `guest` may never log in.",
    ...Object.entries(roles).map(([name, entry]) => section(`roles.${tomlKey(name)}`, { ...entry })),
  ].join("\n");
}

const MCIAS_TO_FILL_IN = `# Fill these in, without the #:
[mcias]
# server_url = "https://mcias.example.net:8443"
# issuer = "https://mcias.example.net:8443"    # the \`iss\` of its tokens
# ca = "mcias-ca.pem"                          # if its certificate is from your own authority
validate = ${tomlValue(AUTH_DEFAULTS.mcias.validate)}                           # or "online": refuses revoked tokens and shows user names
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
