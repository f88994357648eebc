/**
 * Words that people know from kubectl, docker and systemctl. An alias means exactly one of our commands and only reads;
 * everything else is a pointer, because a guess must never change a service. Pure.
 */

/** The word as typed, and the words of the command that runs in its place. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  ls: ["list"],
  services: ["list"],
  log: ["logs"],
  stat: ["status"],
  diff: ["plan"],
  nodes: ["node", "list"],
  operators: ["operator", "list"],
  consumers: ["consumer", "list"],
};

interface Pointer {
  /** Without `mcp`. */
  readonly command: string;
  readonly does: string;
}

const DEPLOY: Pointer = { command: "deploy", does: "applies a definition" };
const STOP: Pointer = { command: "stop", does: "keeps the definition" };
const UNDEPLOY: Pointer = { command: "undeploy", does: "removes the service from its nodes" };
const REMOVE = [
  UNDEPLOY,
  { command: "purge", does: "also removes what an undeployed service left behind" },
  { command: "node remove", does: "removes a node" },
];
const DESCRIBE = [
  { command: "status <service>", does: "its state" },
  { command: "service show <service>", does: "its desired state" },
  { command: "node show <node>", does: "a node" },
];

const POINTERS: Readonly<Record<string, readonly Pointer[]>> = {
  up: [DEPLOY, { command: "start", does: "starts a stopped service" }],
  down: [STOP, UNDEPLOY],
  run: [DEPLOY],
  apply: [DEPLOY, { command: "sync", does: "applies all definitions" }],
  create: [DEPLOY, { command: "node add", does: "adds a node" }],
  update: [DEPLOY],
  rm: REMOVE,
  remove: REMOVE,
  delete: REMOVE,
  kill: [STOP],
  get: [
    { command: "list", does: "services" },
    { command: "ps", does: "containers" },
    { command: "node list", does: "nodes" },
  ],
  describe: DESCRIBE,
  inspect: DESCRIBE,
  show: DESCRIBE,
  edit: [{ command: "service edit", does: "edits a definition" }],
  validate: [{ command: "plan", does: "checks a definition and shows what would change" }],
};

/** Every command that a synonym names, for tests. */
export function synonymTargets(): readonly string[] {
  const pointers = Object.values(POINTERS).flat();
  return [...Object.values(ALIASES).map((words) => words.join(" ")), ...pointers.map(({ command }) => command)];
}

/** `argv` with the alias at `index` replaced by the words that it means; unchanged where there is none. */
export function expandAlias(argv: readonly string[], index: number): string[] {
  const word = argv[index];
  const meant = word !== undefined && Object.hasOwn(ALIASES, word) ? ALIASES[word] : undefined;
  return meant === undefined ? [...argv] : [...argv.slice(0, index), ...meant, ...argv.slice(index + 1)];
}

/** "did you mean `mcp stop` (keeps the definition) or …?"; undefined for a word that is not a synonym. */
export function pointerFor(word: string): string | undefined {
  const pointers = Object.hasOwn(POINTERS, word) ? POINTERS[word] : undefined;
  if (pointers === undefined) return undefined;
  const texts = pointers.map(({ command, does }) => `\`mcp ${command}\` (${does})`);
  const last = texts.at(-1) ?? "";
  return `did you mean ${texts.length > 1 ? `${texts.slice(0, -1).join(", ")} or ${last}` : last}?`;
}
