/** Subjects and rights of those who reach the bus through a leaf node. */
import assert from "node:assert/strict";
import { it } from "node:test";
import { nodeRights } from "../../../src/schemas/wire/rights.ts";
import { throughDomain } from "../../../src/schemas/wire/subjects.ts";

it("puts the API and the buckets below the domain, and lets every other subject cross as it is", () => {
  assert.equal(throughDomain("$JS.API.DIRECT.GET.X", "hub"), "$JS.hub.API.DIRECT.GET.X");
  assert.equal(throughDomain("$KV.mcp-observed.rift.web", "hub"), "$JS.hub.API.$KV.mcp-observed.rift.web");
  for (const subject of ["mcp.v1.event.rift.info.x._._", "$O.mcp-files-rift.C.n", "$SYS.REQ.USER.INFO"]) {
    assert.equal(throughDomain(subject, "hub"), subject);
  }
});

it("changes nothing without a domain", () => {
  assert.equal(throughDomain("$KV.a.b", undefined), "$KV.a.b");
  assert.deepEqual(nodeRights("rift", undefined), nodeRights("rift"));
});
