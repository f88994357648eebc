/** Every document that an earlier release left on its bus is what it was: read, signed, and counted as the same state. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { readAgentSettings } from "../../../src/agent/state/settings.ts";
import { reasonToRefuse } from "../../../src/agent/trust/judge-document.ts";
import type { DesiredService } from "../../../src/schemas/service/desired.ts";
import { LABEL } from "../../../src/schemas/service/labels.ts";
import { documentHash, specHash } from "../../../src/schemas/service/spec-hash.ts";
import {
  type Codec,
  desiredCodec,
  eventCodec,
  indexCodec,
  nodeRecordCodec,
  observedCodec,
  presenceCodec,
  revocationsCodec,
} from "../../../src/schemas/wire/codec.ts";
import { documentSigner } from "../../../src/trust/proof.ts";
import { isSignedBy } from "../../../src/trust/revocations.ts";
import {
  enrolledSites,
  type RecordedMessage,
  type RecordedPart,
  type RecordedSite,
  recordedSites,
} from "../../helpers/recorded-releases.ts";

const isIndex = ({ subject }: RecordedMessage) => subject.endsWith("._index");
const bytes = ({ text }: RecordedMessage) => Buffer.from(text);

/** All generations, in the order of the bucket. */
const desiredIn = (site: RecordedSite): DesiredService[] =>
  site
    .messages("desired")
    .filter((message) => !isIndex(message))
    .map((message) => desiredCodec.decode(bytes(message)));

function codecOf(part: RecordedPart, message: RecordedMessage): Codec<unknown> {
  if (part === "desired") return isIndex(message) ? indexCodec : desiredCodec;
  const others = {
    nodes: nodeRecordCodec,
    observed: observedCodec,
    presence: presenceCodec,
    revocations: revocationsCodec,
    events: eventCodec,
  };
  return others[part];
}

const PARTS: readonly RecordedPart[] = ["desired", "nodes", "observed", "presence", "revocations", "events"];

for (const site of recordedSites()) {
  describe(`what ${site.title} left on its bus`, () => {
    for (const part of PARTS) {
      it(`is read, and loses nothing: ${part}`, () => {
        // A node that was removed leaves a deletion behind: a message without a text.
        const messages = site.messages(part).filter(({ text }) => text !== "");
        assert.ok(messages.length > 0 || (part === "revocations" && !site.isEnrolled));
        for (const message of messages) {
          assert.deepEqual(codecOf(part, message).decode(bytes(message)), JSON.parse(message.text), message.subject);
        }
      });
    }

    it("is a history of states that name each other by their hash", () => {
      const last = new Map<string, DesiredService>();
      for (const document of desiredIn(site)) {
        const key = `${document.node}.${document.service}`;
        const before = last.get(key);
        const base = before === undefined ? null : { generation: before.generation, hash: documentHash(before) };
        assert.deepEqual(document.base, base, `${key} ${document.generation}`);
        last.set(key, document);
      }
      assert.ok([...last.values()].some(({ generation }) => generation > 1));
    });

    it("has one of every kind: several generations, a tombstone, a stopped service", () => {
      const documents = desiredIn(site);
      assert.ok(documents.some((document) => "absent" in document));
      assert.ok(documents.some((document) => "spec" in document && !document.spec.active));
      if (!site.isEnrolled) return;
      assert.ok(documents.some((document) => "stoppedHere" in document));
      assert.ok(documents.some(({ adopted }) => adopted !== undefined));
      assert.ok(documents.filter(({ service }) => service === "web").length >= 3);
    });

    it("is signed where it has accounts, and nowhere else", () => {
      for (const document of desiredIn(site)) {
        if (site.isEnrolled) assert.equal(`${documentSigner(document).name}@`, document.author.replace(/[^@]*$/, ""));
        else assert.equal(document.proof, undefined);
      }
    });

    for (const node of site.nodes) {
      it(`is what the containers of ${node} were made from, by the hash of their label`, () => {
        const newest = new Map(desiredIn(site).map((document) => [`${document.node}.${document.service}`, document]));
        const failed = new Set(failedIn(site, node));
        const compared = labeledIn(site, node).flatMap((labels) => {
          const service = labels[LABEL.service] ?? "";
          const document = newest.get(`${node}.${service}`);
          if (document === undefined || !("spec" in document) || failed.has(service)) return [];
          const spec = document.spec.components.find(({ name }) => name === labels[LABEL.component]);
          assert.ok(spec, service);
          assert.equal(labels[LABEL.spec], specHash(spec), `${service}/${spec.name}`);
          return [spec];
        });
        assert.ok(compared.length > 0);
      });
    }
  });
}

for (const site of enrolledSites()) {
  describe(`what was signed on ${site.title}`, () => {
    for (const node of site.nodes) {
      it(`would be taken over by ${node} as its settings stand`, async () => {
        const { trust } = await readAgentSettings(join(site.dir, "nodes", node, "agent.toml"), {});
        const own = desiredIn(site).filter((document) => document.node === node);
        assert.ok(own.length > 0);
        for (const document of own) {
          const facts = {
            document,
            accepted: undefined,
            trust,
            revoked: new Set<string>(),
            latestMs: Date.now(),
            lastReadMs: Date.now(),
          };
          assert.equal(reasonToRefuse(facts), undefined, document.service);
          const changed = { ...document, command: `${document.command}?` };
          assert.match(reasonToRefuse({ ...facts, document: changed }) ?? "", /signature/);
        }
      });

      it(`and the list of who was removed is obeyed by ${node}`, async () => {
        const { trust } = await readAgentSettings(join(site.dir, "nodes", node, "agent.toml"), {});
        const [message] = site.messages("revocations").slice(-1);
        assert.ok(message);
        const list = revocationsCodec.decode(bytes(message));
        assert.deepEqual(
          list.revoked.map(({ name }) => name),
          ["eve"],
        );
        assert.ok(isSignedBy(list, trust.signers));
        assert.ok(!isSignedBy({ ...list, serial: list.serial + 1 }, trust.signers));
      });
    }
  });
}

it("no store and no backup of a release holds a path of somebody's machine", () => {
  // Taken apart, as in test/project-facts.test.ts, which looks at texts alone.
  const foreign = new RegExp(["work", "root", "Users"].map((name) => `(?<![\\w.-])/${name}/`).join("|"));
  for (const site of recordedSites()) {
    const stores = site.nodes.map((node) => readFileSync(join(site.dir, "nodes", node, "store", "mcp.db")));
    const backup = gunzipSync(readFileSync(join(site.dir, "backup.ndjson.gz")));
    for (const bytes of [...stores, backup]) assert.doesNotMatch(bytes.toString("latin1"), foreign);
  }
});

/** Labels of the node's containers that are ours. */
function labeledIn(site: RecordedSite, node: string): Readonly<Record<string, string>>[] {
  const path = join(site.dir, "nodes", node, "podman", "inspect.json");
  const found = JSON.parse(readFileSync(path, "utf8")) as { Config: { Labels: Record<string, string> | null } }[];
  return found.flatMap(({ Config: { Labels } }) => (Labels?.[LABEL.service] === undefined ? [] : [Labels]));
}

/** Services whose last generation failed: an earlier one's container serves. */
function failedIn(site: RecordedSite, node: string): string[] {
  const reports = site.messages("observed").map((message) => observedCodec.decode(bytes(message)));
  return reports.flatMap((report) => (report.node === node && report.failure !== undefined ? [report.service] : []));
}
