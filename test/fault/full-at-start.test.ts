/**
 * An agent whose disk is full when it starts: it ends with exit code 1 and says which file has no room and what to
 * do. Started again with room, as systemd does, it works and has lost nothing.
 */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { openStore } from "../../src/agent/store/open-store.ts";
import { EMPTY_MEMORY } from "../../src/agent/store/store.ts";
import { documentHash } from "../../src/schemas/service/spec-hash.ts";
import { desired } from "../helpers/builders.ts";
import { SKIP } from "../helpers/e2e-fleet.ts";
import { commandOf, startProgram } from "../helpers/program.ts";
import { type Scope, suiteScope } from "../helpers/scope.ts";
import { tempDir } from "../helpers/temp-dir.ts";

/**
 * Mounts a file system of $2 bytes at $1, copies the files of $3 into it, and fills it. Then runs the command that follows, first
 * on the full disk, then with room.
 */
const SCRIPT = `
mount -t tmpfs -o "size=$2,mode=0700" tmpfs "$1"
cp -r "$3/." "$1"
head -c 64M /dev/zero > "$1/filler"
disk="$1"; shift 3
export PATH=/nowhere # there is no podman to start
"$@"; echo "ended with $?"
/bin/rm "$disk/filler"
exec "$@"
`;
const IN_NAMESPACES = [
  "/usr/bin/unshare",
  "--user",
  "--mount",
  "--map-current-user",
  "--keep-caps",
  "sh",
  "-c",
  SCRIPT,
];

/** Room for the store and some documents. */
const DISK_BYTES = "400k";

describe("an agent that starts on a full disk", { skip: SKIP }, () => {
  const scope = suiteScope();
  const site = {} as { dir: string; disk: string; empty: string; used: string };

  before(async () => {
    const dir = await tempDir(scope);
    const [disk, empty, used] = [join(dir, "disk"), join(dir, "empty"), join(dir, "used")];
    for (const path of [disk, empty, used]) await mkdir(path);
    const store = await openStore(join(used, "mcp.db"), { onRebuilt: () => assert.fail("nothing was rebuilt") });
    const document = desired();
    await store.accept(document, { generation: 1, hash: documentHash(document) }, EMPTY_MEMORY, []);
    await store.close();
    Object.assign(site, { dir, disk, empty, used });
  });

  /** Until it has started with room; gives everything that it wrote. @param content a directory: what the disk holds */
  async function started(t: Scope, content: string): Promise<string> {
    const { dir, disk } = site;
    const config = join(dir, "agent.toml");
    const lines = [
      'node = "rift"',
      '[bus]\nservers = ["nats://127.0.0.1:9"]',
      `[store]\npath = "${join(disk, "mcp.db")}"`,
      `[podman]\nsocket = "${join(dir, "podman.sock")}"`,
    ];
    await writeFile(config, lines.join("\n"));
    const agent = [...commandOf("mcp-agent"), "server", "--config", config];
    const env = { PATH: process.env["PATH"] ?? "", HOME: dir, XDG_RUNTIME_DIR: dir };
    const program = startProgram(t, [...IN_NAMESPACES, "sh", disk, DISK_BYTES, content, ...agent], { cwd: dir, env });
    await program.until(/agent of rift starting/, "the agent starts with room");
    await program.stop("SIGTERM");
    return program.stdout() + program.stderr();
  }

  for (const [what, content] of [
    ["for the first time", "empty"],
    ["with the store of an earlier run", "used"],
  ] as const) {
    it(`${what} says so and ends, and works when it is started with room`, async (t) => {
      const text = await started(t, site[content]);
      assert.match(text, /^error: cannot [^\n]*\/disk\/mcp\.db: the disk is full \(E_STORE\)$/m);
      assert.match(text, /^hint: free space on that disk of the node; then start the agent again/m);
      assert.match(text, /^ended with 1$/m, "systemd starts it again: its unit leaves out exit code 2 alone");
      assert.doesNotMatch(text, /the store was rebuilt/);
    });
  }
});
