/**
 * Records what this release leaves on disks and buses, for the releases after it to be tested with:
 *   tsx scripts/record-release.ts <version>     writes test/fixtures/releases/<version>/, which must not be there yet
 * Run it on the commit that is released, as root or as a user with rootless podman, after scripts/setup.sh and `npm run
 * build`. It takes about a minute. What it wrote is kept for ever: test/unit/releases and test/integration/releases read it.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VERSION } from "../src/values/version.ts";
import type { Scope } from "../test/helpers/scope.ts";
import { tempDir } from "../test/helpers/temp-dir.ts";
import { copyFiles, harvestSite } from "./release-harvest.ts";
import { PROGRAMS_FILE, packPrograms } from "./release-programs.ts";
import { startEnrolledSite, startTrialSite } from "./release-site.ts";
import { tellEnrolled, tellTrial } from "./release-story.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

async function main(version: string | undefined): Promise<void> {
  if (version !== VERSION) throw new Error(`name the release: \`tsx scripts/record-release.ts ${VERSION}\``);
  const target = join(ROOT, "test/fixtures/releases", version);
  if (existsSync(target)) throw new Error(`${target} exists already, and a record is never made twice`);
  process.setMaxListeners(64);
  await withScope(async (scope) => {
    await usePrograms(scope);
    const staged = `${target}.partial`;
    await rm(staged, { recursive: true, force: true });
    await mkdir(staged, { recursive: true });
    await recordEnrolled(scope, join(staged, "enrolled"));
    await recordTrial(scope, join(staged, "trial"));
    await packPrograms(ROOT, staged);
    await writeFile(join(staged, "README.md"), readme(version));
    await rename(staged, target);
  });
  console.log(`recorded ${target}`);
}

async function recordEnrolled(scope: Scope, target: string): Promise<void> {
  const site = await startEnrolledSite(scope);
  const joined = await tellEnrolled(scope, site);
  await harvestSite(site, target, join(site.desk.dir, "kyle.creds"));
  for (const [name, { dir }] of Object.entries(joined)) await copyFiles(dir, join(target, "joined", name));
}

async function recordTrial(scope: Scope, target: string): Promise<void> {
  const site = await startTrialSite(scope);
  await tellTrial(site);
  await harvestSite(site, target, undefined);
}

/** Copies of programs and Node if the nodes' users cannot read them in this directory. */
async function usePrograms(scope: Scope): Promise<void> {
  const args = ["--import", "tsx", join(ROOT, "scripts/stage-programs.ts"), await tempDir(scope, 0o755)];
  const lines = execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  for (const [, name = "", value] of lines.matchAll(/^export (\w+)='(.*)'$/gm)) process.env[name] = value;
}

/** Ends everything in reverse order, whatever happens. */
async function withScope(work: (scope: Scope) => Promise<void>): Promise<void> {
  const ends: (() => void | Promise<void>)[] = [];
  try {
    await work({ after: (end) => void ends.push(end) });
  } finally {
    for (const end of ends.reverse()) await Promise.resolve(end()).catch((error) => console.error(error));
  }
}

const readme = (version: string) => `# What ${version} leaves

Recorded by \`scripts/record-release.ts\` with the programs of ${version}, a real nats-server and real rootless podman. Later
releases must be able to go on from here: \`test/unit/releases\` and \`test/integration/releases\` open all of it. Never
edit it, and never record it again.

**The keys and credentials in here are throw-away ones.** They belong to buses that lived for a minute on one machine's
loopback address. That is why \`.secretlintignore\` names this directory. None of the credentials expires. The certificates of
the enrolled bus do, so the tests speak to its server in plain text on loopback.

- \`enrolled/\`: a bus as \`mcp bus init\` makes it, with the nodes rift and orion, where everything is signed
- \`trial/\`: a bus without accounts, with the node rift, where nothing is signed
- \`${PROGRAMS_FILE}\`: the programs of ${version}, for \`test/e2e/versions.test.ts\`

In each of them:

| path | is |
| --- | --- |
| \`bus/<part>.ndjson\` | every message of a bucket or stream: subject, revision, time, and the stored text as it is |
| \`backup.ndjson.gz\` | \`mcp bus backup\` |
| \`workstation/\` | the first operator's \`~/.config/mcp\`: settings, credentials, definitions, \`identity/\`, \`server/\`, \`auth/\` |
| \`state/\` | the first operator's \`~/.local/state\`: what they last saw of each service |
| \`carried/\` | bundles of nodes and operators, credentials of a consumer |
| \`joined/<name>/\` | the workstations of operators who joined with a bundle; eve was removed |
| \`nodes/<name>/\` | agent.toml, and what it names |
| \`nodes/<name>/store/\` | the agent's store, closed, and its accepted files |
| \`nodes/<name>/podman/answers.ndjson\` | what podman's REST socket answers to all that an agent asks without changing anything |
| \`nodes/<name>/podman/inspect.json\` | \`podman container inspect\` of all containers |

The services: \`full\` (ports, volumes, networks, env, health, cmd, user, read_only, cap_drop, labels, depends_on, limits of time),
\`restarts\` (each restart policy), \`shop\` (bob's; images by digest), \`pair\` (on two nodes, stopped on one alone), \`web\` (several
generations), \`gone\` (retired), \`resting\` (stopped), \`old\` (adopted), \`broken\` (its last deploy failed), \`flaky\`
and \`ignored\` (drift left open), \`note\` (by eve, before she was removed), \`limited\` (memory and cpus; retired where the
recording machine enforces no limits).
`;

await main(process.argv[2]);
