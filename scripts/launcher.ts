/**
 * The launcher of a bundle, dist/<program>.js, and what runs once at build time to keep the bundle's compiled code. The
 * launcher loads that code; V8 rejects code of another version of Node and compiles the bundle itself.
 * Compiling is most of what a short command does: `mcp list --help` took 104 ms of processor time so, and 160 ms as
 * modules that Node compiles at each start, where an empty Node program took about 60.
 */

/** A bundle is one function, so that its text is compiled as it was read; putting a megabyte together costs a millisecond. */
export const BUNDLE_HEAD = "(function (exports, require, module, __filename, __dirname) {";
export const BUNDLE_END = "})";

/**
 * The same in both, or the code would not fit. The bundle is ASCII, so Latin-1 reads it as it is, and fastest. It needs
 * Node's own modules and the installed ones, which the launcher's `require` finds.
 */
const COMPILE = `const { readFileSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { constants, Script } = require("node:vm");

function compile(file, cachedData) {
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return new Script(readFileSync(file, "latin1"), { filename: file, cachedData, importModuleDynamically });
}

function run(script, file) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, dirname(file));
}
`;

/** @param bundle its file name, below programs/ */
export function launcherText(bundle: string): string {
  return `"use strict";
${COMPILE}
function kept(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined; // not there: the start is only slower
  }
}

const file = \`\${__dirname}/programs/${bundle}\`;
const looks = ${JSON.stringify(LOOKING)}.includes(process.argv[2]);
run(compile(file, kept(\`\${file}.\${looks ? "list" : "deploy"}.code\`)), file);
`;
}

/**
 * Code is kept of two commands, since code that is loaded and not used costs time too: of a deploy, and of a list for
 * these, which are typed most and use a quarter less. They start 1 to 5 ms of 75 earlier so.
 */
const LOOKING = ["list", "ls", "status", "ps", "nodes"];

/**
 * To be run by `node -e <this> <bundle's path> <words of a command line>`: runs it, and keeps the code it has used, named
 * after the command.
 */
export const KEEP_CODE = `${COMPILE}
const [file, ...words] = process.argv.slice(1);
const script = compile(file);
process.argv.splice(1, Infinity, file, ...words);
process.on("exit", () => writeFileSync(\`\${file}.\${words[0]}.code\`, script.createCachedData()));
run(script, file);
`;
