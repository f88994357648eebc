/**
 * The house's rules that a program can read: which module may import which, sizes, headers. Each test collects every
 * breach and lists them all.
 */
import { dirname } from "node:path";
import { describe, it } from "node:test";
import { layerOf, none, SOURCES } from "./helpers/project-sources.ts";
import type { FunctionSize, SourceFacts } from "./helpers/source-facts.ts";

const MAX_FILE_LINES = 300;
const MAX_LOOSE_FILES = 25;
const MAX_FUNCTION_LINES = 40;
const MAX_PARAMETERS = 3;
const MAX_HEADER_LINES = 8;

const importBreaches = (isBreach: (file: SourceFacts, target: string, typeOnly: boolean) => boolean) =>
  SOURCES.flatMap((file) =>
    file.imports
      .filter(({ target, typeOnly }) => isBreach(file, target, typeOnly))
      .map(({ target }) => `${file.path} imports ${target}`),
  );

describe("imports", () => {
  /** What each room may import beside itself. The lower one is named first: values at the bottom, programs at the top. */
  const ALLOWED: Record<string, readonly string[]> = {
    values: [],
    schemas: ["values"],
    disk: ["values"],
    trust: ["values", "schemas"],
    tls: ["values", "schemas"],
    toml: ["values", "schemas", "disk"],
    "nats-server": ["values", "schemas", "trust"],
    terminal: ["values", "schemas"],
    service: ["values", "schemas", "terminal"],
    mcias: ["values", "schemas", "tls"],
    bus: ["values", "schemas", "trust", "tls", "disk"],
    agent: ["values", "schemas", "disk", "trust", "toml", "bus", "service"],
    cli: ["values", "schemas", "terminal", "disk", "trust", "toml", "nats-server", "bus", "mcias"],
    auth: ["values", "schemas", "disk", "trust", "toml", "bus", "mcias", "service"],
  };

  it("follow the layers: values at the bottom, then schemas, then trust, toml and disk, then bus, then the programs", () => {
    none(
      importBreaches(({ path }, target) => {
        const [from, to] = [layerOf(path), layerOf(target)];
        return target.startsWith("src/") && from !== to && !ALLOWED[from]?.includes(to);
      }),
      "a layer imports only itself and the layers below it",
    );
  });

  it("keep the files, the net and other programs out of trust", () => {
    const outside = /^(node:(?!crypto$)|@nats-io\/(?!nkeys$))/;
    none(
      importBreaches(({ path }, target) => path.startsWith("src/trust/") && outside.test(target)),
      "trust is pure: text and bytes in, text and bytes out",
    );
  });

  it("let reconcile see ports only", () => {
    const concrete =
      /^src\/(agent\/runtime\/(podman|describe|service|decode)\/|agent\/store\/(?!store\.ts)|bus\/(?!ports\/))/;
    none(
      importBreaches(({ path }, target) => path.startsWith("src/agent/reconcile/") && concrete.test(target)),
      "reconcile imports neither podman nor libSQL nor NATS",
    );
  });

  const DOORS: Record<string, { readonly name: RegExp; readonly door: RegExp }> = {
    NATS: { name: /^@nats-io\/(?!nkeys$)/, door: /^src\/bus\// },
    nkeys: { name: /^@nats-io\/nkeys$/, door: /^src\/trust\/keys\.ts$/ },
    "@peculiar/x509": { name: /^(@peculiar\/x509|reflect-metadata)$/, door: /^src\/trust\/certificate\.ts$/ },
    undici: { name: /^undici$/, door: /^src\/(agent\/runtime\/podman\/|bus\/connection\/web-socket\.ts$)/ },
    libSQL: { name: /^(libsql|@libsql)(\/|$)/, door: /^src\/agent\/store\// },
    jose: { name: /^jose$/, door: /^src\/auth\/verify-token\.ts$/ },
    read: { name: /^read$/, door: /^src\/cli\/login\/ask-secret\.ts$/ },
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

  it("leave the engine's flags and its collector alone: to change them in a running program is not safe", () => {
    none(
      importBreaches((_, target) => /^node:(v8|vm)$/.test(target)),
      "no module under src imports node:v8 or node:vm",
    );
  });

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

  it("go one way between two folders", () => {
    const arrows = new Set(
      SOURCES.flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) => target.startsWith("src/"))
          .map(({ target }) => `${dirname(path)} ${dirname(target)}`),
      ),
    );
    const tangled = [...arrows]
      .map((arrow) => arrow.split(" ") as [string, string])
      .filter(([from, to]) => from < to && arrows.has(`${to} ${from}`))
      .map(([from, to]) => `${from} ↔ ${to}`);
    none(tangled, "two folders that import each other are one, or want a third below them");
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
      SOURCES.flatMap(({ path, offenses }) =>
        offenses
          .filter((offense) => !(offense === "works at import" && isProgram(path)))
          .map((offense) => `${path} ${offense}`),
      ),
      "modules only declare",
    );
  });

  it(`lies in a folder with at most ${MAX_LOOSE_FILES} loose files`, () => {
    const loose = new Map<string, number>();
    for (const { path } of SOURCES) loose.set(dirname(path), (loose.get(dirname(path)) ?? 0) + 1);
    // One command, one file: that folder grows with the command line.
    loose.delete("src/cli/commands");
    none(
      [...loose].filter(([, count]) => count > MAX_LOOSE_FILES).map(([folder, count]) => `${folder}: ${count} files`),
      "a folder this full has parts, and they have names",
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
