import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readExchangeSettings } from "../../../src/auth/settings.ts";
import { renderAuthSettings } from "../../../src/toml/auth-settings-text.ts";
import { createKey } from "../../../src/trust/keys.ts";
import { McpError } from "../../../src/values/error.ts";
import type { Scope } from "../../helpers/scope.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const ACCOUNT = createKey("account").publicKey;
const FACTS = {
  servers: ["tls://bus.example.net:4222"],
  creds: "auth.creds",
  ca: "ca.pem",
  signingKey: "exchange.seed",
  curveKey: "exchange-curve.seed",
  account: ACCOUNT,
};
const MCIAS = { serverUrl: "https://mcias.example.net:8443", issuer: "https://mcias.example.net" };

async function read(scope: Scope, text: string, env = {}) {
  const dir = await tempDir(scope);
  const path = join(dir, "auth.toml");
  await writeFile(path, text);
  return { dir, settings: await readExchangeSettings(path, env) };
}

async function complaintOf(scope: Scope, text: string): Promise<string> {
  const error = await read(scope, text).then(
    () => assert.fail("is accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof McpError && error.code === "E_CONFIG", String(error));
  return error.message;
}

describe("auth.toml", () => {
  test("as `mcp bus init` writes it is complete once MCIAS is named", async (t) => {
    const { dir, settings } = await read(t, renderAuthSettings({ ...FACTS, mcias: MCIAS }));
    assert.deepEqual(settings, {
      bus: { servers: FACTS.servers, creds: join(dir, "auth.creds"), ca: join(dir, "ca.pem") },
      mcias: { ...MCIAS, keyPath: "/v1/keys/public", keyCache: join(dir, "mcias-key.json"), validate: "offline" },
      signingKey: join(dir, "exchange.seed"),
      curveKey: join(dir, "exchange-curve.seed"),
      account: ACCOUNT,
      lifeMs: 3_600_000,
      roles: new Map([
        ["admin", { role: "admin", nodes: ["*"], services: ["*"] }],
        ["user", { role: "operator", nodes: ["*"], services: ["*"] }],
      ]),
      log: { level: "info" },
    });
  });

  test("says what is left to fill in", async (t) => {
    const complaint = await complaintOf(t, renderAuthSettings(FACTS));
    assert.match(complaint, /mcias\.server_url: is missing/);
    assert.match(complaint, /mcias\.issuer: is missing/);
  });

  test("takes values from the environment", async (t) => {
    const env = { MCP_AUTH_MCIAS_VALIDATE: "online", MCP_AUTH_EXCHANGE_LIFE: "10m" };
    const { settings } = await read(t, renderAuthSettings({ ...FACTS, mcias: MCIAS }), env);
    assert.equal(settings.mcias.validate, "online");
    assert.equal(settings.lifeMs, 600_000);
  });

  const WRONG: readonly (readonly [string, (text: string) => string, RegExp])[] = [
    [
      "a life above an hour",
      (text) => text.replace('life = "1h"', 'life = "2h"'),
      /exchange\.life: 2h is outside 5s to 1h/,
    ],
    [
      "MCIAS in plain text",
      (text) => text.replace("https://mcias.example.net:8443", "http://mcias"),
      /is not an https URL/,
    ],
    ["rights for guests", (text) => text.replace("[roles.user]", "[roles.guest]"), /guests of MCIAS have no rights/],
    [
      "a role that is none",
      (text) => text.replace('role = "operator"', 'role = "root"'),
      /role: is not one of operator, admin/,
    ],
    [
      "a scope that is no name",
      (text) => text.replace('nodes = ["*"]', 'nodes = ["a*b"]'),
      /nodes\[0\]: is not a name/,
    ],
    [
      "an unknown key of a role",
      (text) => text.replace("services =", "color = 1\nservices ="),
      /color: is not a known key.*services/,
    ],
    ["no roles at all", (text) => text.slice(0, text.indexOf("[roles")), /roles: lets nobody in/],
    ["an account that is none", (text) => text.replace(ACCOUNT, "A123"), /is not a public account key/],
  ];
  for (const [what, change, complaint] of WRONG) {
    test(`refuses ${what}`, async (t) => {
      assert.match(await complaintOf(t, change(renderAuthSettings({ ...FACTS, mcias: MCIAS }))), complaint);
    });
  }

  test("of a file that is not there says how one is made", async () => {
    await assert.rejects(readExchangeSettings("/nonexistent/auth.toml", {}), /there is no such settings file/);
  });
});
