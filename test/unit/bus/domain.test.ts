/** Calls to a JetStream behind a domain, as from a site whose own server has JetStream too. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/bus/connection/connection.ts";
import { apiSubject, domainSubject } from "../../../src/bus/kv/publish-with-ack.ts";

const within = (domain?: string) => ({ settings: { domain } }) as Partial<Connection> as Connection;

test("calls and writes go to the domain of the settings, and without one to the server's own", () => {
  assert.equal(apiSubject(within("hub"), "DIRECT.GET.KV_mcp"), "$JS.hub.API.DIRECT.GET.KV_mcp");
  assert.equal(apiSubject(within(), "DIRECT.GET.KV_mcp"), "$JS.API.DIRECT.GET.KV_mcp");
  assert.match(domainSubject(within("hub"), "$KV.mcp-desired.rift.web"), /^\$JS\.hub\./);
  assert.equal(domainSubject(within(), "$KV.mcp-desired.rift.web"), "$KV.mcp-desired.rift.web");
});
