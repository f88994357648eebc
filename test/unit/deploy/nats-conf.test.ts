/** deploy/nats.conf and deploy/cluster are what the code renders, with the JWTs of a bus made for them. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { renderServer, renderSite } from "../../../src/cli/server/render-servers.ts";
import { CONTROL_EXPORTS } from "../../../src/schemas/wire/accounts.ts";
import { decodeJwt } from "../../../src/trust/jwt.ts";
import { EXAMPLES, nodeAccountsIn, SITE_EXAMPLE, trustShownIn } from "../../helpers/deploy-examples.ts";

describe("deploy", () => {
  for (const { path, server, file } of EXAMPLES) {
    test(`${path} is what mcp bus config renders`, async () => {
      const text = await readFile(new URL(`../../../deploy/${path}`, import.meta.url), "utf8");
      assert.equal(text, renderServer(server, file, trustShownIn(text)));
    });

    test(`${path} lets out of the control account what the code does`, async () => {
      const text = await readFile(new URL(`../../../deploy/${path}`, import.meta.url), "utf8");
      const accounts = Object.values(trustShownIn(text).accounts).map(decodeJwt);
      const exported = accounts.find(({ name }) => name === "MCP")?.nats["exports"];
      const subjects = (exported as { readonly subject: string }[]).map(({ subject }) => subject);
      assert.deepEqual(
        subjects,
        CONTROL_EXPORTS.map(({ subject }) => subject),
      );
    });
  }

  test(`${SITE_EXAMPLE.path} is what mcp bus config renders for a site, and its nodes' accounts import nothing`, async () => {
    const { path, site, file } = SITE_EXAMPLE;
    const text = await readFile(new URL(`../../../deploy/${path}`, import.meta.url), "utf8");
    const trust = trustShownIn(text);
    const accounts = nodeAccountsIn(trust);
    assert.deepEqual(
      accounts.map(({ node }) => node),
      site.nodes,
    );
    assert.equal(text, renderSite(site, file, { trust, accounts }));
    for (const { account } of accounts) assert.deepEqual(decodeJwt(trust.accounts[account] ?? "").nats["imports"], []);
  });
});
