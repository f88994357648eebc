/**
 * Every error code, with the hint that is shown if the error itself has no better one. Append-only: a code is never
 * reused or renamed, so that a search for it always finds docs/errors.md.
 */
export const ERROR_HINTS = {
  E_USAGE: "see `mcp --help`, or `mcp <command> --help` for examples",
  E_CONFIG: 'check the settings file; the README explains each key under "Settings"',
  E_DEFINITION: "correct the definition, then check it with `mcp plan`, which changes nothing",
  E_NOT_FOUND: "`mcp list` shows what the bus knows",
  E_CONFLICT: "see the difference with `mcp plan`, then repeat with `--force` to overwrite it",
  E_REFUSED: "use credentials with the rights for this; `mcp whoami` shows the current ones",
  E_UNCONFIRMED: "repeat with `--yes` to confirm",
  E_BUS_UNREACHABLE: "check `[bus] servers` and that the server runs: `mcp doctor`",
  E_BUS_UNPROVISIONED: "create what is missing with `mcp bus provision`",
  E_BUS_MISMATCH: "compare the setting named above with `mcp bus provision --json`; mcp never changes it by itself",
  E_BUS_VERSION: "upgrade nats-server to 2.10 or later",
  E_BUS: "the bus answered with an error; `mcp doctor` shows more",
  E_NODE_UNREACHABLE: "`mcp node list` shows when the node was last seen",
  E_TIMEOUT: "the change is stored and will be applied; follow it with `mcp status`",
  E_PARTIAL: "the lines above name what failed",
  E_NODE_FAILED: "fix the cause named above and deploy again",
  E_DIFFERENCES: "apply them with `mcp deploy`",
  E_UNSUPPORTED: "this node cannot enforce it; `mcp-agent doctor` on the node shows what is missing",
  E_INVALID_MESSAGE: "the sender and this program may have different versions",
  E_REGRESSED:
    "the bus holds an older state than the node accepted; restore what the nodes accepted with `mcp sync --reseed`",
  E_MCIAS: "check `[mcias] server_url` and that MCIAS runs; open sessions continue without it",
  E_EXCHANGE: "the login exchange (`mcp-auth`) issues sessions; check that it runs: `mcp-auth doctor` on its machine",
  E_RUNTIME: "check `podman ps -a` and `podman logs` on the node",
  E_RUNTIME_UNREACHABLE: "podman's service does not answer on the node; `mcp-agent doctor` there shows why",
  E_RUNTIME_TIMEOUT: "podman does not answer; the agent keeps trying",
  E_IMAGE: "check the image's name and the registry's credentials on the node",
  E_NAME_TAKEN: "remove or rename the foreign container, or adopt it",
  E_STORE: "check the disk and the owner of the store's directory, or change `path` under `[store]` in agent.toml",
  E_FILE: "check the path, its owner and the space on the disk",
  E_INTERRUPTED: "nothing was undone; `mcp status` shows the current state",
  E_BUG: "this is a defect in mcp: please report it with the stack above",
} as const;

export type ErrorCode = keyof typeof ERROR_HINTS;
