/**
 * Takes the state that a release leaves: what its buckets hold, byte by byte, the files of its desks and nodes, and what
 * podman says of its containers where the agent asks.
 */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { Connection } from "../src/bus/connection/connection.ts";
import { inboxOf } from "../src/bus/connection/credentials.ts";
import { readRange } from "../src/bus/kv/stream-reader.ts";
import {
  bucketStream,
  DESIRED_BUCKET,
  EVENT_STREAM,
  keySubject,
  NODES_BUCKET,
  OBSERVED_BUCKET,
  PRESENCE_BUCKET,
  TRUST_BUCKET,
} from "../src/schemas/wire/buckets.ts";
import { eventRoot } from "../src/schemas/wire/subjects.ts";
import { ownPrograms } from "../test/helpers/program.ts";
import type { RecordedAnswer, RecordedMessage } from "../test/helpers/recorded-releases.ts";
import type { ReleaseNode } from "./release-desk.ts";
import type { ReleaseSite } from "./release-site.ts";

/** The API as the agent of this release asks for it. */
const API = "/v4.0.0/libpod";

const bucket = (name: string) => ({ stream: bucketStream(name), filter: keySubject(name, ">") });

const PARTS = {
  desired: bucket(DESIRED_BUCKET),
  nodes: bucket(NODES_BUCKET),
  observed: bucket(OBSERVED_BUCKET),
  presence: bucket(PRESENCE_BUCKET),
  revocations: bucket(TRUST_BUCKET),
  events: { stream: EVENT_STREAM, filter: eventRoot },
};

/** @param creds path of the operator's; undefined on a bus without accounts */
export async function harvestSite(site: ReleaseSite, target: string, creds: string | undefined): Promise<void> {
  const { desk, carried, nodes } = site;
  const online = await readPart(site, creds, "presence");
  await Promise.all(nodes.map((node) => node.stop()));
  await mkdir(join(target, "bus"), { recursive: true });
  for (const part of Object.keys(PARTS) as (keyof typeof PARTS)[]) {
    const messages = await readPart(site, creds, part);
    await writeLines(join(target, "bus", `${part}.ndjson`), part === "presence" ? [...online, ...messages] : messages);
  }
  await desk.mcp("bus", "backup", join(target, "backup.ndjson.gz"));
  await copyFiles(desk.dir, join(target, "workstation"));
  await copyFiles(join(desk.home, ".local/state"), join(target, "state"));
  if (carried !== "") await copyFiles(carried, join(target, "carried"));
  for (const node of nodes) await harvestNode(node, join(target, "nodes", node.name));
}

async function readPart({ url, desk }: ReleaseSite, creds: string | undefined, part: keyof typeof PARTS) {
  const trusted = creds === undefined ? {} : { creds, ca: join(desk.dir, "ca.pem") };
  const settings = { servers: [url], name: "recorder", inboxPrefix: inboxOf(creds), ...trusted };
  const link = await Connection.connected(settings, () => undefined);
  try {
    const { messages } = await readRange(link, { ...PARTS[part], from: { start: "first" } });
    return messages.map(
      ({ subject, revision, storedMs, data }): RecordedMessage => ({
        subject,
        revision,
        storedMs,
        text: Buffer.from(data).toString("utf8"),
      }),
    );
  } finally {
    await link.close();
  }
}

async function harvestNode(node: ReleaseNode, target: string): Promise<void> {
  await copyFiles(node.configDir, target);
  await mkdir(join(target, "store"), { recursive: true });
  const wal = await readFile(join(node.storeDir, "mcp.db-wal")).catch(() => Buffer.alloc(0)); // none: all the better
  if (wal.length > 0) throw new Error(`the store of ${node.name} was not closed: its log holds ${wal.length} bytes`);
  await cp(join(node.storeDir, "mcp.db"), join(target, "store", "mcp.db"));
  await copyFiles(join(node.storeDir, "accepted"), join(target, "store", "accepted"));
  await mkdir(join(target, "podman"));
  const answers = await podmanAnswers(node.podman.socketPath);
  await writeLines(join(target, "podman", "answers.ndjson"), answers);
  const ids = (await node.podman.podman("ps", "--all", "--quiet")).split("\n").filter(Boolean);
  await writeFile(join(target, "podman", "inspect.json"), await node.podman.podman("container", "inspect", ...ids));
}

/** What the agent can ask without changing anything, and what podman answers. */
async function podmanAnswers(socketPath: string): Promise<RecordedAnswer[]> {
  const ask = (path: string) => rawAnswer(socketPath, path);
  const list = await ask(`/containers/json?all=true&filters=${encodeURIComponent("{}")}`);
  const containers = JSON.parse(list.body) as { Id: string; Image: string; ImageID: string }[];
  const inspects = await Promise.all(containers.map(({ Id }) => ask(`/containers/${Id}/json`)));
  const images = [...new Set(containers.flatMap(({ Image, ImageID }) => [Image, ImageID]))];
  const found = await Promise.all(images.map((image) => ask(`/images/${encodeURIComponent(image)}/json`)));
  const rest = await Promise.all(["/_ping", "/info", "/images/json"].map(ask));
  return [...rest, { ...list, path: "/containers/json" }, ...inspects, ...found];
}

function rawAnswer(socketPath: string, path: string): Promise<RecordedAnswer> {
  return new Promise((resolve, reject) => {
    const call = get({ socketPath, path: API + path, headers: { host: "podman" } }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve({ path, status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") });
    });
    call.once("error", reject);
  });
}

/** The files below `from`, without what is temporary; modes are the reader's affair. */
export async function copyFiles(from: string, to: string): Promise<void> {
  const names = await readdir(from, { recursive: true, withFileTypes: true });
  for (const entry of names.filter((one) => one.isFile() && !/\.(lock|tmp)$/.test(one.name))) {
    const dir = join(to, entry.parentPath.slice(from.length));
    await mkdir(dir, { recursive: true });
    const bytes = await readFile(join(entry.parentPath, entry.name));
    await writeFile(join(dir, entry.name), entry.name.endsWith(".toml") ? ofNoMachine(bytes) : bytes);
  }
}

/** Exported definitions name the schema in the package's directory: a path of this machine, which no record may contain. */
const ofNoMachine = (toml: Buffer) => toml.toString("utf8").replaceAll(join(ownPrograms(), "/"), "/opt/mcp/");

async function writeLines(path: string, lines: readonly object[]): Promise<void> {
  await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
}
