/** The stores and the backups that an earlier release left are opened, with the same services and events in them. */
import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { openStore, type RebuiltStore } from "../../../src/agent/store/open-store.ts";
import { checkFile, itemsOf } from "../../../src/bus/admin/backup-file.ts";
import { readBackup } from "../../../src/cli/backup/backup-file.ts";
import { documentHash } from "../../../src/schemas/service/spec-hash.ts";
import { desiredCodec, observedCodec } from "../../../src/schemas/wire/codec.ts";
import { type RecordedSite, recordedSites } from "../../helpers/recorded-releases.ts";

/** A copy of a node's store, opened; `lost` takes the database away before. */
async function opened(t: TestContext, { site, node }: { site: RecordedSite; node: string }, lost = false) {
  const dir = await site.copy(t, `nodes/${node}/store`);
  const told: RebuiltStore[] = [];
  if (lost) await rm(join(dir, "mcp.db"));
  const store = await openStore(join(dir, "mcp.db"), {
    onRebuilt: (rebuilt) => told.push(rebuilt),
    onUnreadable: (files) => assert.fail(JSON.stringify(files)),
  });
  t.after(() => store.close());
  return { store, told, accepted: join(dir, "accepted") };
}

/** Texts of the accepted files, by service. */
async function filesIn(accepted: string): Promise<Record<string, string>> {
  const names = (await readdir(accepted)).sort();
  const texts = names.map(async (name) => [name.replace(/\.json$/, ""), await readFile(join(accepted, name), "utf8")]);
  return Object.fromEntries(await Promise.all(texts));
}

/** What the node last said that it had accepted, by service. */
function acceptedIn(site: RecordedSite, node: string) {
  const reports = site.messages("observed").map(({ text }) => observedCodec.decode(Buffer.from(text)));
  const own = reports.filter((report) => report.node === node);
  return Object.fromEntries(own.map(({ service, accepted }) => [service, accepted]));
}

for (const site of recordedSites()) {
  for (const node of site.nodes) {
    describe(`the store that ${node} of ${site.title} left`, () => {
      it("opens as it is, with the services that the accepted files and the reports name", async (t) => {
        const { store, told, accepted } = await opened(t, { site, node });
        assert.deepEqual(told, []);
        const rows = await store.services();
        const files = await filesIn(accepted);
        assert.ok(rows.length > 0);
        assert.deepEqual(Object.fromEntries(rows.map(({ service, ref }) => [service, ref])), acceptedIn(site, node));
        assert.deepEqual(Object.keys(files), rows.map(({ service }) => service).sort());
        for (const { service, document, ref } of rows) {
          assert.deepEqual(document, desiredCodec.decode(Buffer.from(files[service] ?? "")));
          assert.equal(documentHash(document), ref.hash);
        }
      });

      it("has delivered its events, and continues their numbers", async (t) => {
        const { store } = await opened(t, { site, node });
        const delivered = site.messages("events").map(({ text }) => JSON.parse(text) as { node: string; id: string });
        const events = await store.eventsAfter(0, 10_000);
        const own = delivered.filter((event) => events.some(({ id }) => id === event.id));
        assert.equal(own.length, events.length);
        assert.equal(await store.undeliveredCount(), 0);
        const last = events.at(-1);
        assert.ok(last);
        const { sequence: _, ...draft } = last;
        await store.append([{ ...draft, id: "the-next" }]);
        assert.equal((await store.nextUndelivered())?.sequence, last.sequence + 1);
      });

      it("is rebuilt from the accepted files alone", async (t) => {
        const { store, told } = await opened(t, { site, node }, true);
        assert.deepEqual(
          told.map(({ reason }) => reason),
          ["missing"],
        );
        const refs = (await store.services()).map(({ service, ref }) => [service, ref]);
        assert.deepEqual(Object.fromEntries(refs), acceptedIn(site, node));
      });
    });
  }

  describe(`the backup of ${site.title}`, () => {
    const lines = () => readBackup(join(site.dir, "backup.ndjson.gz"));

    it("is whole, and holds every message that its bus held", async () => {
      const { counts, header } = await checkFile(lines());
      assert.ok(site.title.startsWith(header.program));
      const found: Record<string, unknown[]> = { revocations: [], nodes: [], observed: [], desired: [], events: [] };
      for await (const { part, value } of itemsOf(lines())) found[part]?.push(value);
      for (const part of ["nodes", "observed", "desired", "events"] as const) {
        assert.deepEqual(found[part], documentsOf(site, part), part);
        assert.equal(counts[part], found[part]?.length);
      }
      assert.deepEqual(found["revocations"], documentsOf(site, "revocations").slice(-1));
    });
  });
}

/** Of a bucket with one value for each key the last, in its order. */
function documentsOf(site: RecordedSite, part: "nodes" | "observed" | "desired" | "events" | "revocations"): unknown[] {
  const messages = site.messages(part).filter(({ subject }) => !subject.endsWith("._index"));
  const newest = new Map(messages.map((message) => [message.subject, message]));
  const kept = part === "nodes" ? messages.filter((message) => newest.get(message.subject) === message) : messages;
  return kept.flatMap(({ text }) => (text === "" ? [] : [JSON.parse(text)]));
}
