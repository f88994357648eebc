import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CONTROL_EXPORTS,
  consumerImports,
  LOGIN_IMPORTS,
  nodeImports,
  viewerImports,
} from "../../../src/schemas/wire/accounts.ts";
import { nodeRights, nodeUserRights } from "../../../src/schemas/wire/rights.ts";
import { createBusIdentity, serverTrustOf } from "../../../src/trust/bus-identity.ts";
import { userJwt } from "../../../src/trust/claims.ts";
import { parseCreds } from "../../../src/trust/creds-file.ts";
import { closedAccountJwt, nodeTenant, tenantAccountJwt, tenantCreds } from "../../../src/trust/enroll.ts";
import { decodeJwt } from "../../../src/trust/jwt.ts";
import { createKey, signingKeyOf } from "../../../src/trust/keys.ts";

const identity = createBusIdentity();
const signer = signingKeyOf(identity["operator-signing"].seed);
const account = createKey("account");
const facts = { tenant: nodeTenant("rift"), account, control: identity.control.publicKey };

/** True when each token of `subject` is allowed by the pattern's. */
function within(subject: string, pattern: string): boolean {
  const [tokens, allowed] = [subject.split("."), pattern.split(".")];
  const tail = allowed.at(-1) === ">";
  const fixed = tail ? allowed.slice(0, -1) : allowed;
  if (tail ? tokens.length <= fixed.length : tokens.length !== fixed.length) return false;
  return fixed.every((token, index) => token === "*" || token === tokens[index]);
}

/** What every node may hear or read: requests to all, and which operators were removed. */
const FOR_ALL = [
  "mcp.v1.agents.>",
  "mcp.v1.trust.>",
  "$JS.API.DIRECT.GET.KV_mcp-trust.$KV.mcp-trust.revoked",
  "mcp.v1.nowhere",
];

describe("what crosses the border of an account", () => {
  test("is exported by the control account, each with its type", () => {
    const imports = [nodeImports("rift"), consumerImports("pager"), viewerImports("ada"), LOGIN_IMPORTS].flat();
    for (const { subject, type } of imports) {
      const isExported = CONTROL_EXPORTS.some((one) => one.type === type && within(subject, one.subject));
      assert.ok(isExported, `${type} ${subject}`);
    }
  });

  test("names the node in every subject that is not for all", () => {
    for (const { subject } of nodeImports("rift")) {
      if (FOR_ALL.includes(subject)) continue;
      assert.match(subject, /(?<![a-z0-9])rift(?![a-z0-9])/, subject);
      assert.ok(!/[*>].*rift/.test(subject), `${subject} has no wildcard before the name`);
    }
  });

  test("names the consumer in every subject", () => {
    for (const { subject } of consumerImports("pager")) {
      if (subject !== "mcp.v1.nowhere") assert.match(subject, /\.MCP_EVENTS\.pager(\.>)?$/);
    }
  });

  test("lets a viewer read whole what holds no secrets, beyond what a consumer of events may", () => {
    const ofConsumer = new Set(consumerImports("ada").map(({ subject }) => subject));
    const more = viewerImports("ada").filter(({ subject }) => !ofConsumer.has(subject));
    assert.deepEqual(
      more.map(({ type, subject }) => `${type} ${subject}`),
      ["observed", "presence", "nodes"].map((name) => `service $JS.API.DIRECT.GET.KV_mcp-${name}`),
    );
  });
});

test("a node's user is vouched for by its account, this by the operator's signing key, and has the node's rights", () => {
  const { jwt = "", key } = parseCreds(tenantCreds(facts));
  const user = decodeJwt(jwt);
  assert.equal(user.iss, account.publicKey);
  assert.equal(user.sub, key.publicKey);
  assert.deepEqual(user.nats["pub"], { allow: nodeUserRights("rift").publish, deny: [] });
  assert.deepEqual(user.nats["sub"], { allow: nodeRights("rift").subscribe });
  const border = decodeJwt(tenantAccountJwt(facts, signer));
  assert.equal(border.iss, identity["operator-signing"].publicKey);
  assert.equal("mem_storage" in (border.nats["limits"] as object), false, "no JetStream of its own");
  assert.deepEqual(border.nats["exports"], []);
});

test("rights to nothing at all are written as one to what nobody hears, since an empty list allows everything", () => {
  const pair = createKey("user");
  const rights = { publish: [], subscribe: [], answers: { max: 1, withinMs: 2_000 } };
  const { nats } = decodeJwt(userJwt({ name: "mute", publicKey: pair.publicKey, rights }, signingKeyOf(account.seed)));
  assert.deepEqual(nats["pub"], { allow: ["mcp.v1.nowhere"], deny: [] });
  assert.deepEqual(nats["sub"], { allow: ["mcp.v1.nowhere"] });
  assert.deepEqual(nats["resp"], { max: 1, ttl: 2_000_000_000 });
});

test("a closed account imports nothing and shuts out every user there was", () => {
  const { nats, iat } = decodeJwt(closedAccountJwt(facts, signer));
  assert.deepEqual(nats["imports"], []);
  assert.ok(Number((nats["revocations"] as Record<string, number>)["*"]) >= iat - 1);
});

test("the operator key signs only its own JWT, and the two keys that issue operators belong to the control account", () => {
  const { operatorJwt, accounts, systemAccount } = serverTrustOf(identity);
  assert.equal(decodeJwt(operatorJwt).iss, identity.operator.publicKey);
  assert.equal(systemAccount, identity.system.publicKey);
  for (const jwt of Object.values(accounts)) assert.equal(decodeJwt(jwt).iss, signer.publicKey);
  const control = decodeJwt(accounts[identity.control.publicKey] ?? "");
  assert.deepEqual(control.nats["signing_keys"], [identity["break-glass"].publicKey, identity.exchange.publicKey]);
});
