/**
 * The language of the project: phrases that readers stumble over, and the words to use instead. Messages, help, documents,
 * comments and titles of tests are read by people whose third language is English.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { none, PROJECT_FILES, ROOT } from "./helpers/project-sources.ts";

/** What not to write, and what to write. Add a row when a reader stumbles. */
const STUMBLES: readonly (readonly [RegExp, string])[] = [
  [/(?<!there )\b(is|are) none\b/i, "say what is missing or invalid"],
  [/(?<!there )\bis no (port|name|text|number|file|image|generation|address|duration)\b/i, "is not a valid …"],
  [/\b(serves?|serving|served) on\b(?! (port|a|the|every|this|\d|`|localhost|127))/i, "is still running"],
  [
    /\b(runs|run|goes|go|going) on\b(?! (a|an|the|this|that|another|other|each|every|its|one|two|all|real|podman|Node|node|nodes|Debian|Linux|`|\d|both|your|loopback|nats|machines?|it|whatever|many|several|any|older|newer|some|which|different|rift|orion|server|servers|cgroup|main|hybrid|top))/i,
    "keeps running, continues",
  ],
  [/\banew\b/i, "again"],
  [/\bcounts? no more\b/i, "is revoked, is no longer valid"],
  [/\bno more\b(?! (than|space|\w+s)\b)/i, "no longer"],
  [/\bshall\b/i, "must, will, should"],
  [/\b(mend|mends|mended|mending)\b/i, "fix, repair"],
  [/\bas whom\b|\bby whose\b|\bof whom\b|\bwhomever\b|\bwhosoever\b/i, "name the subject"],
  [/\b(tells|told) (of|by|at once|once)\b/i, "reports, says"],
  [/\bbe had\b/i, "is available, can be pulled"],
  [/\bgiven up\b|\bgives? up\b/i, "stops, drops"],
  [/\bhush(es|ed)?\b/i, "suppress"],
  [/\bto whoever\b|\bby whoever\b|\bof whatever\b/i, "name the subject"],
  [/\bso (does|do|is|are) (it|they|that)\b/i, "say it in full"],
  [/\btill\b/i, "until"],
  [/\bthing by thing\b/i, "one by one"],
  [/\bin earnest\b/i, "in production, really"],
  [/\bstands? (on|in) the (list|bus|file|definition|report)\b/i, "is in"],
  [/\btyped again\b/i, "run again"],
  [/\bin the same words\b/i, "again"],
  [/\bas it (stands|lies)\b|\bas they (stand|lie)\b/i, "as it is"],
  [/(?<!\/)\b(colour|behaviour|neighbour|honour|licence|offence|judgement|catalogue)/i, "American spelling"],
  [/\b(initialis|authoris|recognis|organis|serialis|normalis|summaris|minimis)/i, "American spelling"],
  [/\b(relabell|labelled|cancelled|cancelling|dialled|signalled)/i, "American spelling"],
  [/(?<!_)\benrol(s|ment|ments)?\b(?!\.creds|",)/i, "enroll, enrollment"],
  [/\b(he|she|his|her|him)\b/i, "they, their"],
];

/** This list, and what quotes others: fixtures of earlier releases, generated files, names of files. */
const EXEMPT = /^(src\/schemas\/generated\/|docs\/schemas\/)/;
const READ_BY_PEOPLE = PROJECT_FILES.filter(
  (path) =>
    (/^src\/.*\.ts$/.test(path) || /^docs\/.*\.md$/.test(path) || path === "README.md" || path === "CHANGELOG.md") &&
    !EXEMPT.test(path),
);

/** The first argument of `describe`, `it` and `test`, if it is a string. */
const TITLE = /\b(?:describe|it|test)(?:\.\w+)?\(\s*(["'`])(?<title>(?:\\.|(?!\1)[\s\S])*)\1/g;
const TEST_FILES = PROJECT_FILES.filter((path) => /^test\/.*\.test\.ts$/.test(path));

describe("the language", () => {
  for (const [phrase, better] of STUMBLES) {
    it(`never says ${phrase.source}`, () => {
      none(
        READ_BY_PEOPLE.flatMap((path) => linesWith(path, phrase)),
        `write instead: ${better}`,
      );
    });
  }

  it("is the same in titles of tests", () => {
    const titles = TEST_FILES.flatMap(titlesIn);
    assert.ok(titles.length > 2_000, `only ${titles.length} titles were found`);
    none(
      titles.flatMap(({ path, title }) =>
        STUMBLES.filter(([phrase]) => phrase.test(title)).map(([, better]) => `${path}: ${title} (${better})`),
      ),
      "write instead what is in parentheses",
    );
  });
});

function titlesIn(path: string): { readonly path: string; readonly title: string }[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(TITLE)].map(({ groups }) => ({ path, title: groups?.["title"] ?? "" }));
}

function linesWith(path: string, phrase: RegExp): string[] {
  return readFileSync(join(ROOT, path), "utf8")
    .split("\n")
    .flatMap((line, index) => (phrase.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}
