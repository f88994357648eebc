/**
 * What earlier releases left (test/fixtures/releases/<version>), for tests that go on from there. Whatever a program may write
 * to is a private copy, with the modes that secrets need and git does not keep.
 */
import { readdirSync, readFileSync } from "node:fs";
import { chmod, cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Scope } from "./scope.ts";
import { tempDir } from "./temp-dir.ts";

/** A message as its stream held it. */
export interface RecordedMessage {
  readonly subject: string;
  readonly revision: number;
  readonly storedMs: number;
  readonly text: string;
}

/** What podman answered to a GET, below the API's root. */
export interface RecordedAnswer {
  readonly path: string;
  readonly status: number;
  readonly body: string;
}

export type RecordedPart = "desired" | "nodes" | "observed" | "presence" | "revocations" | "events";

/** One bus with its nodes, as one release left it. */
export interface RecordedSite {
  /** `0.1.0 enrolled` */
  readonly title: string;
  /** True where everything is signed. */
  readonly isEnrolled: boolean;
  readonly dir: string;
  readonly nodes: readonly string[];
  messages(part: RecordedPart): RecordedMessage[];
  answers(node: string): RecordedAnswer[];
  /** A copy of this directory of the site, or of all of it. */
  copy(scope: Scope, path?: string): Promise<string>;
}

const RELEASES = fileURLToPath(new URL("../fixtures/releases/", import.meta.url));

/** Of every release that was recorded. */
export function recordedSites(): RecordedSite[] {
  return namesIn(RELEASES).flatMap((version) =>
    namesIn(join(RELEASES, version)).map((kind) => recordedSite(version, kind)),
  );
}

/** Those with accounts, where everything is signed. */
export const enrolledSites = () => recordedSites().filter(({ isEnrolled }) => isEnrolled);

function recordedSite(version: string, kind: string): RecordedSite {
  const dir = join(RELEASES, version, kind);
  const nodes = namesIn(join(dir, "nodes"));
  return {
    title: `${version} ${kind}`,
    isEnrolled: kind === "enrolled",
    dir,
    nodes,
    messages: (part) => linesOf(join(dir, "bus", `${part}.ndjson`)),
    answers: (node) => linesOf(join(dir, "nodes", node, "podman", "answers.ndjson")),
    copy: async (scope, path = "") => {
      const copy = join(await tempDir(scope), "copy");
      await cp(join(dir, path), copy, { recursive: true });
      await makePrivate(copy);
      return copy;
    },
  };
}

function namesIn(dir: string): string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function linesOf<T>(path: string): T[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

async function makePrivate(dir: string): Promise<void> {
  await chmod(dir, 0o700);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    await (entry.isDirectory() ? makePrivate(path) : chmod(path, 0o600));
  }
}
