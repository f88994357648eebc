/**
 * deploy/systemd and deploy/Containerfile by their syntax alone: no test starts a unit (that needs systemd as the first
 * process) or builds the image (that needs a base image).
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tempDir } from "../../helpers/temp-dir.ts";

const DEPLOY = fileURLToPath(new URL("../../../deploy/", import.meta.url));
const AGENT = "systemd/mcp-agent.service";
const HARDENED = "systemd/mcp-agent.service.d/hardened.conf";
const NATS = "systemd/nats-server.service";
const AUTH = "systemd/mcp-auth.service";
const ANALYZE = "/usr/bin/systemd-analyze";
const run = promisify(execFile);

/** `Section.Key` with its values, in order. */
function parseUnit(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let section = "";
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, header] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value] = /^([A-Z]\w+)=(.*)$/.exec(line) ?? [];
    assert.ok(
      header !== undefined || (key !== undefined && section !== ""),
      `"${line}" is neither section nor setting`,
    );
    if (header !== undefined) section = header;
    else found.set(`${section}.${key}`, [...(found.get(`${section}.${key}`) ?? []), value ?? ""]);
  }
  return found;
}

const unit = async (path: string) => parseUnit(await readFile(join(DEPLOY, path), "utf8"));

/** What systemd says of the unit, its program replaced by one that is here; undefined without systemd-analyze. */
async function verify(dir: string, name: string, text: string): Promise<string | undefined> {
  if (
    !(await access(ANALYZE).then(
      () => true,
      () => false,
    ))
  )
    return undefined;
  const path = join(dir, name);
  await writeFile(path, text.replaceAll(/^(Exec\w+=)\S+/gm, `$1${process.execPath}`));
  const { stderr } = await run(ANALYZE, ["--user", "verify", path], { env: { XDG_RUNTIME_DIR: dir } });
  return stderr
    .split("\n")
    .filter((line) => line.includes(name))
    .join("\n");
}

describe("the units of deploy/systemd", () => {
  for (const path of [AGENT, NATS, AUTH]) {
    test(`${path} holds settings that systemd knows`, async (t) => {
      const dir = await tempDir(t);
      const text = await readFile(join(DEPLOY, path), "utf8");
      assert.ok((await unit(path)).has("Install.WantedBy"));
      assert.equal((await verify(dir, path.slice("systemd/".length), text)) ?? "", "");
    });
  }

  test("the drop-in holds settings that systemd knows", async (t) => {
    const dir = await tempDir(t);
    await mkdir(join(dir, "x"));
    const dropIn = await readFile(join(DEPLOY, HARDENED), "utf8");
    const service = dropIn.slice(dropIn.indexOf("[Service]"));
    const text = `${await readFile(join(DEPLOY, AGENT), "utf8")}\n${service}`;
    assert.equal((await verify(dir, "mcp-agent.service", text)) ?? "", "");
    assert.deepEqual((await unit(HARDENED)).get("Unit.Requires"), ["podman.socket"]);
  });

  test("systemd is heard when a setting is wrong", async (t) => {
    const said = await verify(await tempDir(t), "wrong.service", "[Service]\nExecStart=/bin/true\nKillMood=process\n");
    if (said !== undefined) assert.match(said, /KillMood/);
  });

  test("the agent's leaves what podman needs: its helpers setuid, its monitors alive", async () => {
    const agent = await unit(AGENT);
    assert.deepEqual(agent.get("Service.KillMode"), ["process"]);
    const sandbox =
      /^Service\.(NoNewPrivileges|SystemCall\w+|Restrict\w+|Protect\w+|Private\w+|LockPersonality|MemoryDeny\w+|DynamicUser)$/;
    assert.deepEqual(
      [...agent.keys()].filter((key) => sandbox.test(key)),
      [],
    );
    assert.deepEqual(agent.get("Service.RestartPreventExitStatus"), ["2"]);
  });

  test("what starts no podman may gain no privileges", async () => {
    assert.deepEqual((await unit(HARDENED)).get("Service.NoNewPrivileges"), ["yes"]);
    assert.deepEqual((await unit(NATS)).get("Service.NoNewPrivileges"), ["yes"]);
    assert.deepEqual((await unit(AUTH)).get("Service.NoNewPrivileges"), ["yes"]);
  });

  test("what runs on Node may make code at run time, and is not tried again with wrong settings", async () => {
    const auth = await unit(AUTH);
    assert.equal(auth.has("Service.MemoryDenyWriteExecute"), false);
    assert.deepEqual(auth.get("Service.RestartPreventExitStatus"), ["2"]);
  });
});

describe("deploy/Containerfile", () => {
  test("holds known instructions, takes its base from outside and starts the agent", async () => {
    const text = await readFile(join(DEPLOY, "Containerfile"), "utf8");
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const known = /^(ARG|FROM|COPY|RUN|ENV|VOLUME|STOPSIGNAL|ENTRYPOINT|CMD) \S/;
    assert.deepEqual(
      lines.filter((line) => !known.test(line)),
      [],
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith("FROM")),
      ["FROM ${NODE_IMAGE}"],
    );
    for (const name of ["ENTRYPOINT", "CMD"]) {
      const line = lines.find((candidate) => candidate.startsWith(name)) ?? "";
      assert.ok(Array.isArray(JSON.parse(line.slice(name.length))), `${name} is a list: no shell in between`);
    }
  });
});
