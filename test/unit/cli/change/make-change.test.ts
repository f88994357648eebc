/** Which document a change writes, and what counts as seen afterwards. The proof of descent is in descent.test.ts. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { refOf } from "../../../../src/cli/change/ancestry.ts";
import { type ChangeRequest, makeChange } from "../../../../src/cli/change/make-change.ts";
import type { ServiceSnapshot } from "../../../../src/cli/change/service-snapshot.ts";
import { agentError } from "../../../../src/cli/fleet/require-agent.ts";
import { desired, NODE } from "../../../helpers/builders.ts";

const stored = desired({ generation: 2, writeId: "second" });
const SIGNATURE = { author: "ann@desk", at: stored.at, writeId: "next", command: "deploy", message: undefined };

/** A deploy of the definition that is stored already. */
function changed(own: Partial<ServiceSnapshot>, request: Partial<ChangeRequest> = {}) {
  const { document } = own.stored ?? { document: stored };
  const known = { stored: { document, revision: 7 }, seen: refOf(document), accepted: refOf(document) };
  const asked = { spec: stored.spec, force: false, retry: false, checkSeen: true, whole: true };
  return makeChange({ node: NODE, service: stored.service, ...known, ...own }, { ...asked, ...request }, SIGNATURE);
}

describe("a deploy of the stored definition", () => {
  it("writes nothing where the node has taken it", () => {
    assert.equal(changed({}).document, undefined);
    assert.equal(changed({ incarnation: "one", stored: storedBy("one") }).document, undefined);
  });

  it("writes it again where the node refuses that very document, and not for the refusal of another one", () => {
    const refusing = (writeId: string) =>
      ({ report: { ...REPORT, rejection: { kind: "refused", reason: "why", writeId } } }) as const;
    assert.equal(changed(refusing("second")).document?.generation, 3);
    assert.equal(changed(refusing("first")).document, undefined);
  });

  it("writes it again for a node that was enrolled again since", () => {
    assert.equal(changed({ incarnation: "two", stored: storedBy("one") }).document?.incarnation, "two");
  });
});

describe("a document with a key that older agents do not know", () => {
  const [first] = stored.spec.components;
  assert.ok(first);
  const spec = { ...stored.spec, components: [{ ...first, hostname: "own" }] };
  const error = (agent: ServiceSnapshot["agent"]) => {
    const { document } = changed({}, { spec });
    assert.ok(document);
    return agentError({ node: NODE, agent }, document);
  };

  it("has version 2, and version 1 again without it", () => {
    assert.equal(changed({}, { spec }).document?.version, 2);
    assert.equal(changed({}, { spec: { ...stored.spec, active: false } }).document?.version, 1);
    assert.equal(changed({}, { spec: undefined }).document?.version, 1);
  });

  it("is refused for an agent that does not read it, with the keys and what to upgrade", () => {
    const refused = error({ agentVersion: "0.1.0" });
    assert.equal(refused?.code, "E_UNSUPPORTED");
    assert.match(refused.message, /mcp-agent 0\.1\.0 on .* does not know `hostname`/);
    assert.match(refused.hint, /upgrade mcp-agent on/);
    assert.equal(error({ agentVersion: "0.2.0", documents: 1 })?.code, "E_UNSUPPORTED");
  });

  it("is written for an agent that reads it, and for one that was never seen", () => {
    assert.equal(error({ agentVersion: "0.3.0", documents: 2 }), undefined);
    assert.equal(error(undefined), undefined);
  });
});

const REPORT = { accepted: refOf(stored), appliedGeneration: 2, components: [] };
const storedBy = (incarnation: string) => ({ document: { ...stored, incarnation }, revision: 7 });

describe("the new state counts as seen", () => {
  const part = { whole: false, spec: { ...stored.spec, active: false } };

  it("after a change of one field only where the state before was seen", () => {
    assert.equal(changed({}, part).marksSeen, true);
    assert.equal(changed({ seen: undefined }, { ...part, checkSeen: false }).marksSeen, false);
    assert.equal(changed({ seen: undefined }, { whole: true, checkSeen: false }).marksSeen, true);
  });

  it("where nothing was stored before, whatever the change is about", () => {
    const none = { stored: undefined, seen: undefined, accepted: undefined };
    assert.equal(changed(none, part).marksSeen, true);
  });
});
