/** What a node says of containers that nobody declared. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createContainerCounts } from "../../../src/agent/reporting/container-counts.ts";
import type { RuntimeContainer, RuntimeEvent } from "../../../src/agent/runtime/runtime.ts";
import { LABEL } from "../../../src/schemas/service/labels.ts";
import { NODE } from "../../helpers/builders.ts";

const labelsOf = (service: string, node = NODE) => ({ [LABEL.service]: service, [LABEL.node]: node });

const container = (id: string, labels: RuntimeContainer["labels"]): RuntimeContainer => ({
  id,
  name: id,
  image: "example.net/web:v1",
  imageId: "i",
  state: "running",
  labels,
  startedAtMs: 0,
  createdAtMs: 0,
});

const event = (kind: RuntimeEvent["kind"], { id, labels }: RuntimeContainer): RuntimeEvent => ({
  kind,
  containerId: id,
  containerName: id,
  labels,
  atMs: 0,
});

function world() {
  const accepted = new Set(["web"]);
  const told: (number | undefined)[] = [];
  const census = createContainerCounts({
    node: NODE,
    isAccepted: (service) => accepted.has(service),
    onUndeclared: () => void told.push(census.counts().undeclared),
  });
  return { accepted, told, census };
}

const ours = container("a", labelsOf("web"));
const orphan = container("b", labelsOf("old"));
const anothers = container("c", labelsOf("web", "orion"));
const foreign = container("d", {});

describe("a census of containers", () => {
  it("does not know before everything was listed", () => {
    const { census, told } = world();
    census.happened(event("created", foreign));
    assert.deepEqual(census.counts(), { containers: 0 });
    assert.deepEqual(told, []);
  });

  it("counts foreign ones, another node's, and ours of a service that was never accepted", () => {
    const { census, told } = world();
    census.listed([ours, orphan, anothers, foreign]);
    assert.deepEqual(census.counts(), { containers: 2, undeclared: 3 });
    assert.deepEqual(told, [3]);
  });

  it("follows what happens between two lists, and reports nothing else", () => {
    const { census, told } = world();
    census.listed([ours]);
    census.happened(event("created", container("e", labelsOf("web"))));
    census.happened(event("created", foreign));
    census.happened(event("died", foreign));
    census.happened(event("removed", ours));
    census.happened(event("removed", foreign));
    census.happened(event("removed", foreign));
    assert.deepEqual(told, [0, 1, 0]);
    assert.deepEqual(census.counts(), { containers: 1, undeclared: 0 });
  });

  it("no longer counts an orphan when its service is accepted, and forgets what a list no longer has", () => {
    const { accepted, census, told } = world();
    census.listed([orphan, foreign]);
    accepted.add("old");
    assert.equal(census.counts().undeclared, 1);
    census.listed([orphan]);
    assert.deepEqual(told, [2, 0]);
  });
});
