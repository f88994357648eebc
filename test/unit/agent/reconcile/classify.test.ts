/** Which of a component's containers is which. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type ClassifyInput, classify, temporaryName } from "../../../../src/agent/reconcile/model/classify.ts";
import { specHash } from "../../../../src/schemas/service/spec-hash.ts";
import { component, container } from "../../../helpers/builders.ts";

const v1 = component();
const v2 = component({ image: "example.net/web:v2" });

function sorted(containers: ClassifyInput["containers"], own: Partial<ClassifyInput> = {}) {
  const input = {
    service: "web",
    component: "api",
    attempt: undefined,
    promoted: undefined,
    desiredHash: specHash(v2),
    ...own,
  };
  const found = classify({ ...input, containers });
  return {
    current: found.current?.id,
    candidate: found.candidate?.id,
    leftovers: found.leftovers.map((c) => c.id),
    foreign: found.foreign.map((c) => c.id),
  };
}

const old = container(v1, { id: "old" });
const fresh = container(v2, { id: "new", attempt: "second", name: temporaryName("web", "api", "second") });
const nothing = { current: undefined, candidate: undefined, leftovers: [], foreign: [] };

describe("the containers of a component", () => {
  it("have no roles if there are no containers", () => assert.deepEqual(sorted([]), nothing));

  it("the one with the component's name is the current one, running or not", () => {
    const exited = { ...old, state: "exited" } as const;
    const running = { ...fresh, name: "elsewhere" };
    assert.deepEqual(sorted([running, exited]), { ...nothing, current: "old", foreign: ["new"] });
  });

  it("the one of the attempt under way is the candidate, beside the current one", () => {
    assert.deepEqual(sorted([old, fresh], { attempt: "second" }), { ...nothing, current: "old", candidate: "new" });
  });

  it("a candidate that differs from the spec, and runs alone, is the current container", () => {
    const promoted = { attempt: "second", desiredHash: "a third spec" };
    assert.deepEqual(sorted([fresh], promoted), { ...nothing, current: "new" });
    assert.deepEqual(sorted([fresh], { attempt: "second" }), { ...nothing, candidate: "new" });
  });

  it("a candidate that differs from the spec is not current while the one that came up last can be restored", () => {
    const superseded = { attempt: "second", promoted: "first", desiredHash: "a third spec" };
    for (const state of ["exited", "stopping", "running"] as const) {
      const found = sorted([{ ...old, state }, fresh], superseded);
      assert.deepEqual(found, { ...nothing, current: "old", candidate: "new" });
    }
  });

  it("the one that came up last serves, whatever its name and whatever the other's state", () => {
    for (const state of ["exited", "stopping", "running"] as const) {
      const found = sorted([{ ...old, state }, fresh], { attempt: "second", promoted: "second" });
      assert.deepEqual(found, { ...nothing, current: "new", leftovers: ["old"] });
    }
  });

  it("where it is not known which came up last, what runs serves, and not one that is stopped or being stopped", () => {
    for (const state of ["exited", "stopping"] as const) {
      const found = sorted([{ ...old, state }, fresh], { attempt: "second", desiredHash: "a third spec" });
      assert.deepEqual(found, { ...nothing, current: "new", leftovers: ["old"] });
    }
  });

  it("a temporary one of a forgotten attempt is left over, also a running one while another serves", () => {
    const stopped = { ...old, state: "exited" } as const;
    assert.deepEqual(sorted([old, { ...fresh, state: "created" }]), { ...nothing, current: "old", leftovers: ["new"] });
    assert.deepEqual(sorted([old, fresh]), { ...nothing, current: "old", leftovers: ["new"] });
    const proven = { promoted: "first" };
    assert.deepEqual(sorted([stopped, fresh], proven), { ...nothing, current: "old", leftovers: ["new"] });
  });

  it("a temporary one of a forgotten attempt that is all there is serves", () => {
    assert.deepEqual(sorted([fresh]), { ...nothing, current: "new" });
  });

  it("a copy under somebody's own name is a stranger, stopped or not", () => {
    const copy = { ...old, id: "copy", name: "web-api-clone" };
    const made = { attempt: "first", desiredHash: specHash(v1) };
    assert.deepEqual(sorted([old, copy], made), { ...nothing, candidate: "old", foreign: ["copy"] });
    const stopped = { ...copy, name: "web-api.clone", state: "exited" } as const;
    assert.deepEqual(sorted([old, copy]), { ...nothing, current: "old", foreign: ["copy"] });
    assert.deepEqual(sorted([old, stopped]), { ...nothing, current: "old", foreign: ["copy"] });
  });
});
