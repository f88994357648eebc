/**
 * The house's rules that a program can read: which module may import which, sizes, headers, facts that live in one
 * place. Each test collects every breach and lists them all.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type FunctionSize, type SourceFacts, sourceFacts } from "./helpers/source-facts.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MAX_FILE_LINES = 200;
const MAX_FUNCTION_LINES = 40;
const MAX_PARAMETERS = 3;
const MAX_HEADER_LINES = 8;

/** Files of the project, whether committed yet or not. */
const PROJECT_FILES = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .split("\0")
  .filter((path) => path !== "" && isPresent(path));

const SOURCES = PROJECT_FILES.filter(
  (path) => /^src\/.*\.ts$/.test(path) && !path.startsWith("src/schemas/generated/"),
).map((path) => sourceFacts(ROOT, path));

function isPresent(path: string): boolean {
  try {
    readFileSync(join(ROOT, path));
    return true;
  } catch {
    return false; // deleted, but not yet in a commit
  }
}

function none(breaches: readonly string[], rule: string): void {
  assert.equal(breaches.length, 0, `${rule}:\n  ${breaches.join("\n  ")}`);
}

const layerOf = (path: string) => path.split("/")[1] ?? "";

const importBreaches = (isBreach: (file: SourceFacts, target: string, typeOnly: boolean) => boolean) =>
  SOURCES.flatMap((file) =>
    file.imports
      .filter(({ target, typeOnly }) => isBreach(file, target, typeOnly))
      .map(({ target }) => `${file.path} imports ${target}`),
  );

describe("imports", () => {
  const ALLOWED: Record<string, readonly string[]> = {
    schemas: ["schemas"],
    bus: ["schemas", "bus"],
    toml: ["schemas", "toml"],
    agent: ["schemas", "bus", "toml", "agent"],
    cli: ["schemas", "bus", "toml", "cli"],
    auth: ["schemas", "bus", "auth"],
  };

  it("follow the layers: schemas below bus and toml, these below agent, cli and auth", () => {
    none(
      importBreaches(
        ({ path }, target) => target.startsWith("src/") && !ALLOWED[layerOf(path)]?.includes(layerOf(target)),
      ),
      "a layer imports only itself and the layers below it",
    );
  });

  it("let reconcile see ports only", () => {
    const concrete = /^src\/(agent\/runtime\/podman|agent\/store\/(?!store\.ts)|bus\/nats)/;
    none(
      importBreaches(({ path }, target) => path.startsWith("src/agent/reconcile/") && concrete.test(target)),
      "reconcile imports neither podman nor libSQL nor NATS",
    );
  });

  const DOORS: Record<string, { readonly name: RegExp; readonly door: RegExp }> = {
    NATS: { name: /^@nats-io\//, door: /^src\/bus\// },
    undici: { name: /^undici$/, door: /^src\/agent\/runtime\/podman/ },
    libSQL: { name: /^(libsql|@libsql)(\/|$)/, door: /^src\/agent\/store\// },
    clipanion: { name: /^(clipanion|typanion)$/, door: /^src\/cli\// },
  };

  for (const [party, { name, door }] of Object.entries(DOORS)) {
    it(`let ${party} in by one door`, () => {
      none(
        importBreaches(({ path }, target) => name.test(target) && !door.test(path)),
        `only ${door.source} may import ${name.source}`,
      );
    });
  }

  it("keep typia's calls in the templates", () => {
    none(
      importBreaches(
        ({ path }, target, typeOnly) =>
          /^typia(\/|$)/.test(target) && !typeOnly && !path.startsWith("src/schemas/templates/"),
      ),
      "typia is called in src/schemas/templates only",
    );
  });

  it("name the file with its ending, and Node's own modules with node:", () => {
    none(
      importBreaches(
        (_, target) =>
          (/^(src|\.\.?)\//.test(target) && !/\.(ts|json)$/.test(target)) ||
          /^(fs|path|crypto|os|util)(\/|$)/.test(target),
      ),
      "write ./name.ts and node:name",
    );
  });

  it("never go round in a circle", () => {
    const targets = new Map(SOURCES.map((file) => [file.path, file.imports.map(({ target }) => target)]));
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
      if (trail.includes(path) || done.has(path)) return;
      for (const target of targets.get(path) ?? []) walk(target, [...trail, path]);
      done.add(path);
    };
    for (const path of targets.keys()) walk(path, []);
    none(circles, "these modules import each other");
  });
});

describe("every module", () => {
  it(`opens with 1 to ${MAX_HEADER_LINES} lines that say what it is`, () => {
    none(
      SOURCES.filter(({ headerLines }) => headerLines < 1 || headerLines > MAX_HEADER_LINES).map(
        ({ path, headerLines }) => `${path}: ${headerLines} lines`,
      ),
      "a module opens with a short comment",
    );
  });

  it(`has at most ${MAX_FILE_LINES} lines`, () => {
    none(
      SOURCES.filter(({ lines }) => lines > MAX_FILE_LINES).map(({ path, lines }) => `${path}: ${lines}`),
      "a file this long has more than one subject",
    );
  });

  const functionBreaches = (isBreach: (size: FunctionSize, path: string) => boolean) =>
    SOURCES.flatMap(({ path, functions }) =>
      functions
        .filter((size) => isBreach(size, path))
        .map(({ name, lines, parameters }) => `${path}: ${name}: ${lines} lines, ${parameters} parameters`),
    );

  it(`has functions of at most ${MAX_FUNCTION_LINES} lines`, () => {
    none(
      functionBreaches(({ lines }) => lines > MAX_FUNCTION_LINES),
      "a function this long does more than one thing",
    );
  });

  it(`has functions of at most ${MAX_PARAMETERS} parameters, the ports' methods excepted`, () => {
    const port = /^src\/agent\/(store|runtime)\//;
    none(
      functionBreaches(({ parameters }, path) => parameters > MAX_PARAMETERS && !port.test(path)),
      "pass one object",
    );
  });

  it("exports by name, keeps no state and does nothing at import", () => {
    const isProgram = (path: string) => path.endsWith("/main.ts");
    none(
      SOURCES.flatMap(({ path, offences }) =>
        offences
          .filter((offence) => !(offence === "works at import" && isProgram(path)))
          .map((offence) => `${path} ${offence}`),
      ),
      "modules only declare",
    );
  });

  it("is named in kebab case, and not after nothing", () => {
    none(
      SOURCES.map(({ path }) => path).filter(
        (path) => !/\/[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path) || /\/(utils?|misc|common)\.ts$/.test(path),
      ),
      "a file is called after its main export",
    );
  });
});

describe("each fact", () => {
  it("of the bus (subjects, buckets, streams) is written in src/schemas alone", () => {
    const fact = /mcp\.v1|\$KV\.|\bmcp-(desired|observed|nodes|presence)\b|\bMCP_EVENTS\b|\bKV_mcp/;
    none(
      SOURCES.filter(({ path }) => layerOf(path) !== "schemas").flatMap(({ path, strings }) =>
        strings.filter((text) => fact.test(text)).map((text) => `${path}: ${JSON.stringify(text)}`),
      ),
      "use the builders of src/schemas/subjects.ts and buckets.ts",
    );
  });

  it("of what --json prints has its JSON Schema", () => {
    const read = (name: string) => readFileSync(join(ROOT, "src/schemas", name), "utf8");
    const names = [...read("json-output.ts").matchAll(/^export (?:interface|type) (\w+Output)\b/gm)].map(
      ([, name = ""]) => name,
    );
    assert.ok(names.length > 0);
    const template = read("templates/json-schemas.ts");
    none(
      names.filter((name) => !template.includes(`<[output.${name}]`)),
      "add a line to src/schemas/templates/json-schemas.ts for",
    );
  });
});

describe("no file of the project", () => {
  // Taken apart, so that this file does not hold what it looks for.
  const FOREIGN = {
    "a path of somebody's machine": ["work", "root", "Users"].map((name) => `/${name}/`),
    "a public host of packages or images": [
      ["docker", "io"],
      ["quay", "io"],
      ["ghcr", "io"],
      ["gcr", "io"],
      ["npmjs", "org"],
      ["debian", "org"],
    ].map((labels) => labels.join(".")),
  };
  const TEXTS = PROJECT_FILES.filter((path) => !/\.(png|ico|gz|tgz|db)$/.test(path));

  for (const [what, parts] of Object.entries(FOREIGN)) {
    it(`names ${what}`, () => {
      const words = parts.map((part) => new RegExp(`(?<![\\w.-])${part.replaceAll(".", "\\.")}`));
      none(
        TEXTS.flatMap((path) => linesWith(path, words)),
        "take these out",
      );
    });
  }

  function linesWith(path: string, words: readonly RegExp[]): string[] {
    return readFileSync(join(ROOT, path), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        words.some((word) => word.test(line)) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
      );
  }

  it("pins packages to a mirror: package-lock.json has no resolved addresses", () => {
    const lock = readFileSync(join(ROOT, "package-lock.json"), "utf8");
    assert.ok(!lock.includes('"resolved"'), "install with omit-lockfile-registry-resolved (.npmrc)");
  });
});
