/**
 * Looks for secrets in the project's files, committed or not: keys and credentials of NATS, tokens and private keys by the
 * patterns below, everybody else's by secretlint. Names file and line and never shows what it found; exits 1 then.
 *   tsx scripts/scan-secrets.ts [--root <directory of a git repository>]
 * What is meant to be there stands in .secretlintignore: files, and directories with a slash at the end.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
const IGNORED = ".secretlintignore";
/** Made from sources that are looked at, or by npm; long, and slow to look at. */
const GENERATED = /^(src\/schemas\/generated\/|docs\/schemas\/|package-lock\.json$)/;

/** The head of the JWTs of NATS, which are public (`deploy/nats.conf` holds some): nobody can use one without its seed. */
const NATS_HEAD = Buffer.from('{"typ":"JWT","alg":"ed25519-nkey"}').toString("base64url");

/** Ours; each is long enough that no word of a text is one. */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  "a seed of an nkey": /\bS[UAONXC][A-Z2-7]{56}\b/g,
  "a token": new RegExp(`\\b(?!${NATS_HEAD})eyJ[\\w-]{16,}\\.eyJ[\\w-]{16,}\\.[\\w-]{16,}`, "g"),
  "NATS credentials": /-----BEGIN (?:NATS USER JWT|USER NKEY SEED)-----\s+[\w.-]{40,}/g,
  "a private key": /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40,}/g,
};

function main(): void {
  const { values } = parseArgs({ options: { root: { type: "string" } } });
  const root = resolve(values.root ?? HOUSE);
  const files = filesOf(root);
  const found = files.flatMap((path) => findingsIn(path, readFileSync(join(root, path), "utf8")));
  for (const line of found) console.error(line);
  const others = spawnSync(
    process.execPath,
    [join(HOUSE, "node_modules/secretlint/bin/secretlint.js"), "--maskSecrets", "--secretlintrc", rcPath(), ...files],
    { cwd: root, stdio: ["ignore", "inherit", "inherit"] },
  );
  if (found.length > 0 || others.status !== 0) process.exitCode = 1;
}

const rcPath = () => join(HOUSE, ".secretlintrc.json");

/** Those that are there, committed or not, without what is to be ignored. */
function filesOf(root: string): string[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" });
  const ignored = ignoredIn(root);
  const isIgnored = (path: string) =>
    ignored.some((one) => path === one || (one.endsWith("/") && path.startsWith(one)));
  return listed
    .split("\0")
    .filter((path) => path !== "" && !isIgnored(path) && !GENERATED.test(path) && existsSync(join(root, path)));
}

function ignoredIn(root: string): string[] {
  const path = join(root, IGNORED);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function findingsIn(path: string, text: string): string[] {
  return Object.entries(PATTERNS).flatMap(([what, pattern]) =>
    [...text.matchAll(pattern)].map(({ index }) => `${path}:${text.slice(0, index).split("\n").length}: ${what}`),
  );
}

main();
