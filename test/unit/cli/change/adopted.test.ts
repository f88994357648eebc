/** Containers that are a service's own by their id, from one document to the next. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ChangeRequest, makeChange } from "../../../../src/cli/change/make-change.ts";
import type { ServiceSnapshot } from "../../../../src/cli/change/service-snapshot.ts";
import type { AdoptedContainer, DesiredService } from "../../../../src/schemas/service/desired.ts";
import type { ServiceSpec } from "../../../../src/schemas/service/spec.ts";
import { documentHash, specHash } from "../../../../src/schemas/service/spec-hash.ts";
import { component, desired, service, tombstone } from "../../../helpers/builders.ts";

const ID = "a".repeat(64);
const own: AdoptedContainer = { containerId: ID, spec: specHash(component()), generation: 1 };

function known(document: DesiredService | undefined, reported?: { id: string; accepted: number }): ServiceSnapshot {
  const report = reported && {
    accepted: { generation: reported.accepted, hash: "x" },
    appliedGeneration: reported.accepted,
    components: [{ name: "api", state: "running" as const, containerId: reported.id }],
  };
  return {
    node: "rift",
    service: "web",
    stored: document && { document, revision: 7 },
    seen: undefined,
    accepted: document && { generation: document.generation, hash: documentHash(document) },
    report,
  };
}

function changed(from: ServiceSnapshot, wish: Partial<ChangeRequest> & { readonly spec: ServiceSpec | undefined }) {
  const signature = { author: "a@b", at: "2026-01-01T00:00:00Z", writeId: "w", command: "deploy", message: undefined };
  const silent = { force: false, retry: false, checkSeen: false, whole: true };
  return makeChange(from, { ...silent, ...wish }, signature).document;
}

describe("the containers that a new document names", () => {
  const before = desired({ adopted: { api: own } });
  const other = service({ components: [component({ image: "example.net/web:v2" })] });

  it("are those taken over, with the hash of what was read from them", () => {
    const document = changed(known(undefined), { spec: service(), adopt: { api: ID, ghost: ID } });
    assert.deepEqual(document?.adopted, { api: own });
  });

  it("are those of the document before, whatever changes: a component, activity, everything", () => {
    for (const spec of [other, service({ active: false }), undefined]) {
      assert.deepEqual(changed(known(before), { spec })?.adopted, { api: own });
    }
    assert.deepEqual(changed(known(tombstone({ adopted: { api: own } })), { spec: service() })?.adopted, { api: own });
  });

  it("are joined by those taken over later", () => {
    const spec = service({ components: [component(), component({ name: "db" })] });
    const document = changed(known(before), { spec, adopt: { db: "b".repeat(64) } });
    assert.deepEqual(Object.keys(document?.adopted ?? {}), ["api", "db"]);
    assert.equal(document?.adopted?.["db"]?.generation, 2);
  });

  it("lose the one in whose place the node reports another, and no other", () => {
    assert.equal(changed(known(before, { id: "b".repeat(64), accepted: 1 }), { spec: other })?.adopted, undefined);
    assert.deepEqual(changed(known(before, { id: ID, accepted: 1 }), { spec: other })?.adopted, { api: own });
    const stale = known({ ...before, adopted: { api: { ...own, generation: 3 } } }, { id: "c", accepted: 2 });
    assert.notEqual(changed(stale, { spec: other })?.adopted, undefined);
  });

  it("lose those that were removed with their component or service, once they are", () => {
    const adopted = { api: own };
    const without = desired({ generation: 2, adopted, spec: service({ components: [component({ name: "db" })] }) });
    for (const stored of [without, tombstone({ generation: 2, adopted })]) {
      assert.deepEqual(changed(known(stored, { id: ID, accepted: 1 }), { spec: service() })?.adopted, adopted);
      assert.equal(changed(known(stored, { id: ID, accepted: 2 }), { spec: service() })?.adopted, undefined);
    }
  });

  it("are written although the spec stays the same, once", () => {
    const unowned = known(desired());
    assert.deepEqual(changed(unowned, { spec: service(), adopt: { api: ID } })?.adopted?.["api"]?.containerId, ID);
    assert.equal(changed(known(before), { spec: service(), adopt: { api: ID } }), undefined);
  });
});
