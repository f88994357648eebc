/** What programs write to their disks, in an order in which a power cut may end it; each says what it promises from then on. */
import { join } from "node:path";
import { plainFiles } from "../../../src/agent/files/plain-files.ts";
import { tempJournal } from "../../../src/agent/files/temp-journal.ts";
import { openStore } from "../../../src/agent/store/open-store.ts";
import type { Store } from "../../../src/agent/store/store.ts";
import { snapshotStore } from "../../../src/agent/store/store-snapshot.ts";
import { writeBackup } from "../../../src/cli/backup/backup-file.ts";
import { openSeenStates } from "../../../src/cli/change/seen-states.ts";
import { openTarget } from "../../../src/cli/files/local-target.ts";
import { createIdentityDir } from "../../../src/cli/identity/identity-dir.ts";
import { createPrivateDirectory } from "../../../src/disk/atomic-file.ts";
import { replaceText } from "../../../src/disk/replace-text.ts";
import { documentOf, draftOf, memoryOf, refOf } from "../../fixtures/store/samples.ts";
import type { Promised } from "./promises.ts";

type Act = (root: string, promise: Promised) => Promise<void>;

export const STORE = "state/mcp.db";
export const SNAPSHOTS = ["copies/one.db", "copies/two.db"] as const;
export const IDENTITY = "config/identity";
export const JOURNAL = "state/files";
export const SERVICES = "srv";
/** What is sent, by path below the service; each in more than one piece. */
export const SENT = { "old/conf": "before\n", "old/new/deep/conf": "deep\n".repeat(1000) } as const;
export const REPLACED = "after\n".repeat(1000);
export const PULLED = "pulled/below/file";
export const PULLED_TEXT = "pulled\n".repeat(1000);
export const BACKUP = "backups/bus.gz";
export const DEFINITION = "services/web.toml";
export const SEEN = {
  servers: ["nats://bus.example.net"],
  env: (root: string) => ({ XDG_STATE_HOME: join(root, "seen") }),
};

const unexpected = (what: string) => () => {
  throw new Error(what);
};

async function store(root: string, promise: Promised): Promise<void> {
  const open = () => openStore(join(root, STORE), { onRebuilt: unexpected("the store was rebuilt"), nowMs: () => 1 });
  const accept = async (to: Store, generation: number) => {
    const document = documentOf("web", generation);
    await to.accept(document, refOf(document), memoryOf(generation - 1), [draftOf(`accepted ${generation}`)]);
    promise(`event accepted ${generation}`);
    promise(`accepted ${generation}`);
  };
  const first = await open();
  await accept(first, 1);
  await first.remember("web", memoryOf(1), [draftOf("applied 1")]);
  promise("event applied 1");
  promise("applied 1");
  const event = await first.nextUndelivered();
  if (event !== undefined) await first.markDelivered(event.id);
  await accept(first, 2);
  await first.append([draftOf("a fact")]);
  promise("event a fact");
  await first.setFact("identity", "rift");
  promise("fact rift");
  await first.close();
  const second = await open();
  await accept(second, 3);
  await second.setFact("identity", "orion");
  promise("fact orion");
}

async function snapshot(root: string, promise: Promised): Promise<void> {
  const target = join(root, SNAPSHOTS[0]);
  const opened = await openStore(join(root, STORE), { onRebuilt: unexpected("the store was rebuilt") });
  const document = documentOf("web", 1);
  await opened.accept(document, refOf(document), memoryOf(1), []);
  await createPrivateDirectory(join(target, ".."));
  await opened.snapshot(target);
  promise(`snapshot ${SNAPSHOTS[0]}`);
  await opened.close();
  await snapshotStore(join(root, STORE), join(root, SNAPSHOTS[1]));
  promise(`snapshot ${SNAPSHOTS[1]}`);
}

async function identity(root: string, promise: Promised): Promise<void> {
  const dir = await createIdentityDir(join(root, IDENTITY), { servers: ["nats://bus.example.net"] });
  promise(`identity ${dir.identity["break-glass"].publicKey}`);
  const rift = await dir.accountKey("node", "rift", { create: true });
  promise(`node ${rift.publicKey}`);
  await dir.keepBridgeCreds("rift", "first");
  promise("bridge first");
  await dir.keepBridgeCreds("rift", "second");
  promise("bridge second");
  await dir.changeBus({ ...dir.bus, servers: ["nats://other.example.net"] });
  promise("bus nats://other.example.net");
  await dir.retireAccountKey("node", "rift", new Date(0));
  promise(`retired ${rift.publicKey}`);
}

async function received(root: string, promise: Promised): Promise<void> {
  const files = plainFiles(join(root, SERVICES));
  const journal = tempJournal(join(root, JOURNAL));
  const push = async (path: string, text: string, transfer: string) => {
    const place = { service: "web", path };
    await journal.add({ transfer, place });
    const file = await files.receive({ place, transfer, size: text.length, mode: 0o640 });
    await file.write(Buffer.from(text.slice(0, 3)));
    await file.write(Buffer.from(text.slice(3)));
    await file.commit();
    promise(`${path} ${text.length}`);
    await file.discard();
    await journal.clear(transfer);
  };
  await createPrivateDirectory(join(root, SERVICES));
  for (const [index, [path, text]] of Object.entries(SENT).entries())
    await push(path, text, `${index}`.padStart(24, "0"));
  await push("old/conf", REPLACED, "f".repeat(24));
}

async function workstation(root: string, promise: Promised): Promise<void> {
  const pull = async (text: string, force: boolean) => {
    const target = await openTarget({ path: join(root, PULLED), size: text.length, mode: 0o640, force });
    await target.write(Buffer.from(text));
    await target.commit();
    promise(`pulled ${text.length}`);
    await target.discard();
  };
  await pull("first", false);
  await pull(PULLED_TEXT, true);
  await createPrivateDirectory(join(root, BACKUP, ".."));
  await writeBackup(
    join(root, BACKUP),
    (async function* () {
      yield "a line";
    })(),
  );
  promise("backup");
  await createPrivateDirectory(join(root, DEFINITION, ".."));
  await replaceText(join(root, DEFINITION), "first", undefined);
  promise("definition first");
  await replaceText(join(root, DEFINITION), "second", "first");
  promise("definition second");
  const seen = openSeenStates(SEEN.env(root), SEEN.servers);
  for (const generation of [1, 2, 3]) {
    await seen.write("rift", "web", refOf(documentOf("web", generation)));
    promise(`seen ${generation}`);
  }
}

export const ACTS = { store, snapshot, identity, received, workstation } satisfies Record<string, Act>;
export type ActName = keyof typeof ACTS;
