/** The bash script, in a real bash, with the program as a process. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { provision } from "../../../src/bus/admin/provision.ts";
import { desiredService } from "../../helpers/fleet-builders.ts";
import { webToml } from "../../helpers/local-workstation.ts";
import { startNatsServer } from "../../helpers/nats-server.ts";
import { suiteScope } from "../../helpers/scope.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { operatorBus, settingsFor } from "../bus-fixtures.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const scope = suiteScope();
const place = { home: "", servers: "" };

before(async () => {
  const server = await startNatsServer(scope);
  await provision(settingsFor(server), { replicas: 1, create: true });
  const bus = await operatorBus(scope, server);
  await bus.writeDesired(desiredService({ service: "remote" }), 0);
  place.home = await tempDir(scope);
  place.servers = server.url;
  const services = join(place.home, ".config/mcp/services");
  await mkdir(services, { recursive: true });
  await writeFile(join(services, "web.toml"), webToml());
  const program = `#!/bin/bash\nexec '${process.execPath}' --import tsx '${join(ROOT, "src/cli/main.ts")}' "$@"\n`;
  await writeFile(join(place.home, "mcp"), program);
  await chmod(join(place.home, "mcp"), 0o755);
  await writeFile(join(place.home, "some file.toml"), "");
});

/** What bash would put in place of the word under the cursor, at the end of this line. */
async function complete(line: string, servers = place.servers): Promise<{ replies: string[]; stderr: string }> {
  const script = String.raw`
    source <(mcp completion bash) || exit 1
    [[ $(complete -p mcp) =~ -F\ ([^ ]+) ]] && function="\${BASH_REMATCH[1]}"
    COMP_LINE=$1 COMP_POINT=\${#1} COMP_WORDS=($1)
    "$function" mcp "" ""
    printf '%s\n' "\${COMPREPLY[@]}"`.replaceAll("\\${", "${");
  const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", script, "bash", line], {
    cwd: ROOT,
    env: { PATH: `${place.home}:${process.env["PATH"]}`, HOME: place.home, MCP_BUS_SERVERS: servers },
  });
  return { replies: stdout.split("\n").filter((reply) => reply !== ""), stderr };
}

it("completes commands, options, services, components and nodes in bash", async () => {
  const expected = {
    "mcp dep": ["deploy"],
    "mcp node s": ["show"],
    "mcp sync --dry": ["--dry-run"],
    "mcp deploy ": ["remote", "web"],
    "mcp deploy w": ["web"],
    "mcp deploy web/a": ["web/api"],
    "mcp status remote@": ["rift"], // bash replaces only what stands behind the @
    "mcp events --severity e": ["error"],
  };
  for (const [line, replies] of Object.entries(expected)) {
    assert.deepEqual(await complete(line), { replies, stderr: "" }, line);
  }
});

it("completes names of files where one is awaited", async () => {
  const { replies } = await complete(`mcp deploy -f ${place.home}/some`);
  assert.deepEqual(replies, [`${place.home}/some file.toml`]);
});

it("completes what is here, without a word of complaint, when no bus is there", async () => {
  assert.deepEqual(await complete("mcp deploy ", "nats://127.0.0.1:1"), { replies: ["web"], stderr: "" });
});
