/** What the documents say of the project, compared with the project: files, folders, dependencies, links, and the language itself. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { none, PROJECT_FILES, ROOT } from "./helpers/project-sources.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const DOCUMENTS = PROJECT_FILES.filter((path) => path === "README.md" || /^docs\/.*\.md$/.test(path));

describe("the documents", () => {
  it("name files and folders that exist", () => {
    const path = /(?<![\w/.-])(?:src|test|docs|deploy|scripts|bench|examples)\/[\w./-]*\w/g;
    none(
      DOCUMENTS.flatMap((document) =>
        [...read(document).matchAll(path)]
          .map(([name]) => name)
          .filter((name) => !existsSync(join(ROOT, name)))
          .map((name) => `${document}: ${name}`),
      ),
      "these do not exist",
    );
  });

  it("link to files and headings that exist", () => {
    none(
      DOCUMENTS.flatMap((document) =>
        [...read(document).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)]
          .filter(([, file = "", anchor]) => !leadsSomewhere(document, file, anchor))
          .map(([link]) => `${document}: ${link.slice(1)}`),
      ),
      "these links lead nowhere",
    );
  });

  it("list every decision in their index", () => {
    const files = readdirSync(join(ROOT, "docs/decisions")).filter((name) => name !== "README.md");
    const index = read("docs/decisions/README.md");
    assert.ok(files.length > 0);
    none(
      files.filter((name) => !index.includes(`(${name})`)),
      "docs/decisions/README.md does not list",
    );
    none(
      files.filter((name) => {
        const headings = [...read(`docs/decisions/${name}`).matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading);
        return headings.join() !== "Context,Decision,Evidence,Consequences";
      }),
      "a decision has a context, a decision, evidence and consequences",
    );
  });
});

describe("docs/ARCHITECTURE.md", () => {
  const text = read("docs/ARCHITECTURE.md");

  it("gives a reason for every dependency, and for no other package", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const wanted = Object.keys({ ...dependencies, ...devDependencies }).sort();
    const table = text.slice(text.indexOf("## Dependencies")).split("\n");
    const named = table
      .filter((line) => line.startsWith("| `"))
      .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name))
      .sort();
    assert.deepEqual(named, wanted);
  });

  it("has a row for every folder of src, and of src/agent", () => {
    const folders = (path: string) =>
      readdirSync(join(ROOT, path), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    none(
      [
        ...folders("src").map((name) => `| \`src/${name}\` |`),
        ...folders("src/agent").map((name) => `| \`${name}/\` |`),
      ].filter((row) => !text.includes(row)),
      "these rooms have no row",
    );
  });
});

function leadsSomewhere(document: string, file: string, anchor: string | undefined): boolean {
  const target = file === "" ? document : join(dirname(document), file);
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || headingsOf(target).includes(anchor);
}

/** Headings as they are written in a link: small letters, hyphens for blanks, no other marks. */
function headingsOf(document: string): string[] {
  return [...read(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, "")
      .replaceAll(" ", "-"),
  );
}
