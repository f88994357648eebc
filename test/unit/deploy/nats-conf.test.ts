/** deploy/nats.conf shows what the code grants, and what `mcp dev` renders is of the same form. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { renderServerConfig } from "../../../src/bus/server-config.ts";
import { nodeRights } from "../../../src/schemas/rights.ts";

const SHOWN = new URL("../../../deploy/nats.conf", import.meta.url);

/** Subjects of the lists called `name`, in order. */
function lists(config: string, name: "publish" | "subscribe"): string[][] {
  const found = config.matchAll(new RegExp(`${name}: \\[([^\\]]*)\\]`, "g"));
  return [...found].map((match) => [...(match[1] ?? "").matchAll(/"([^"]+)"/g)].map((quoted) => quoted[1] ?? ""));
}

describe("deploy/nats.conf", () => {
  test("grants a node exactly the rights of the code", async () => {
    const config = await readFile(SHOWN, "utf8");
    const rights = nodeRights("rift");
    assert.deepEqual(lists(config, "publish"), [rights.publish]);
    assert.deepEqual(lists(config, "subscribe"), [rights.subscribe]);
  });

  test("grants the same on a cluster", async () => {
    const config = await readFile(new URL("cluster/common.conf", SHOWN), "utf8");
    assert.deepEqual(lists(config, "publish"), [nodeRights("rift").publish]);
    assert.deepEqual(lists(config, "subscribe"), [nodeRights("rift").subscribe]);
  });

  test("writes every acknowledged write to the disk", async () => {
    assert.match(await readFile(SHOWN, "utf8"), /sync_interval: always/);
  });

  test("is what mcp dev renders, users for users", async () => {
    const [operator, node] = [...(await readFile(SHOWN, "utf8")).matchAll(/nkey: "(U[A-Z2-7]{55})"/g)].map(
      (m) => m[1] ?? "",
    );
    const rendered = renderServerConfig({
      listen: "0.0.0.0:4222",
      storeDir: "/var/lib/nats",
      users: [
        { name: "operator", publicKey: operator ?? "" },
        { name: "node rift", publicKey: node ?? "", rights: nodeRights("rift") },
      ],
    });
    const users = (config: string) => config.slice(config.indexOf("users: [")).replaceAll(/#.*|\s+/g, "");
    assert.equal(users(rendered), users(await readFile(SHOWN, "utf8")));
  });
});
