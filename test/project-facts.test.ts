/** Facts that live in one place, and what no file of the project may hold. Each test lists every breach. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { layerOf, none, PROJECT_FILES, ROOT, SOURCES } from "./helpers/project-sources.ts";

describe("each fact", () => {
  it("of the bus (subjects, buckets, streams) is written in src/schemas alone", () => {
    const fact = /mcp\.v1|\$KV\.|\bmcp-(desired|observed|nodes|presence)\b|\bMCP_EVENTS\b|\bKV_mcp/;
    none(
      SOURCES.filter(({ path }) => layerOf(path) !== "schemas").flatMap(({ path, strings }) =>
        strings.filter((text) => fact.test(text)).map((text) => `${path}: ${JSON.stringify(text)}`),
      ),
      "use the builders of src/schemas/wire/subjects.ts and buckets.ts",
    );
  });

  it("of what --json prints has its JSON Schema", () => {
    const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
    const names = PROJECT_FILES.filter((path) => /^src\/schemas\/output\/.*\.ts$/.test(path)).flatMap((path) =>
      [...read(path).matchAll(/^export (?:interface|type) (\w+Output)\b/gm)].map(([, name = ""]) => name),
    );
    assert.ok(names.length > 0);
    const template = read("src/schemas/templates/json-schemas.ts");
    none(
      names.filter((name) => !template.includes(`.${name}]`)),
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
