// Starts a program of ../dist. It checks Node's version first, so Node 12 must be able to parse it. It answers `--version`
// without loading the program.
"use strict";
// biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know it, and must get this far
const fs = require("fs");
// biome-ignore lint/style/useNodejsImportProtocol: as above
const path = require("path");
const manifest = require("../package.json");

module.exports = function start(program) {
  const wanted = manifest.engines.node.replace(">=", "");
  if (isOlder(process.versions.node, wanted)) {
    console.error(`${program} needs Node ${wanted} or later, this is ${process.versions.node}`);
    process.exit(2);
  }
  const words = process.argv.slice(2);
  if (words.length === 1 && (words[0] === "--version" || words[0] === "-v")) {
    return console.log(manifest.version);
  }
  const file = path.join(__dirname, "../dist", `${program}.js`);
  if (fs.existsSync(file)) return require(file);
  console.error(`${program} is not built yet: run "npm run build" in ${path.dirname(__dirname)}`);
  process.exit(1);
};

function isOlder(version, wanted) {
  const have = version.split(".").map(Number);
  const want = wanted.split(".").map(Number);
  for (let i = 0; i < 3; i++) if (have[i] !== want[i]) return have[i] < want[i];
  return false;
}
