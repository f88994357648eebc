// Preloaded into the agent by row 9: at SIGUSR2 it collects all garbage and prints one line with what is left, so that
// growth is told from garbage that V8 had no reason to collect yet.
"use strict";
const v8 = require("node:v8");
const vm = require("node:vm");

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc");
process.on("SIGUSR2", () => {
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  process.stderr.write(`memory after collection: rss ${rss} heap ${heapUsed}\n`);
});
