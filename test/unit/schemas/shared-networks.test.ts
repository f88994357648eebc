/** Which names lead to a component where services share a network. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { networkNames, sharedNetworks } from "../../../src/schemas/service/shared-networks.ts";
import type { ServiceSpec } from "../../../src/schemas/service/spec.ts";
import { component } from "../../helpers/builders.ts";

const service = (name: string, networks: Record<string, string | undefined>): ServiceSpec => ({
  ...{ name, active: true, drift: "repair" },
  components: Object.entries(networks).map(([one, network]) =>
    component({ name: one, ...(network === undefined ? {} : { network }) }),
  ),
});

const shop = service("shop", { db: "backend", web: "front", job: undefined });

describe("a network", () => {
  it("is shared when another service of the node uses it, with whatever component, also a stopped one", () => {
    const crm = { ...service("crm", { api: "backend" }), active: false };
    const ads = service("ads", { db: "backend", web: "other", job: undefined });
    assert.deepEqual(sharedNetworks(shop, [crm, ads]), [
      { network: "backend", services: ["ads", "crm"], components: ["db"] },
    ]);
  });

  it("that one service alone uses is its own", () => {
    assert.deepEqual(sharedNetworks(shop, []), []);
    assert.deepEqual(sharedNetworks(shop, [service("crm", { db: "backends", job: undefined })]), []);
  });

  it("of one service leads to a component by its own name too, a shared one only by the container's", () => {
    assert.deepEqual(networkNames("shop", "db", false), ["shop-db", "db"]);
    assert.deepEqual(networkNames("shop", "db", true), ["shop-db"]);
    assert.deepEqual(networkNames("shop", "shop", false), ["shop"]);
  });
});
