/**
 * Every code a foreseen failure can carry, with the hint shown when the place that throws has no better one.
 * Append-only: a code is never reused or renamed, so that a search for it always finds docs/errors.md.
 */
export const ERROR_HINTS = {
  E_USAGE: "see `mcp --help`, or `mcp <command> --help` for examples",
  E_CONFIG: 'check the settings file against the README\'s "Settings"',
  E_DEFINITION: "mend the definition, then try `mcp plan` to check it without sending anything",
  E_NOT_FOUND: "`mcp list` shows what the bus knows",
  E_CONFLICT: "look at the difference with `mcp plan`, then repeat with `--force` if yours shall win",
  E_REFUSED: "this needs rights that the credentials in use do not carry",
  E_UNCONFIRMED: "repeat with `--yes` if that is what you want",
  E_BUS_UNREACHABLE: "check `[bus] servers` and that the server runs: `mcp doctor`",
  E_BUS_UNPROVISIONED: "create what is missing with `mcp bus provision`",
  E_BUS_MISMATCH: "compare the setting named above with `mcp bus provision --json`; mcp never changes it by itself",
  E_BUS_VERSION: "upgrade nats-server to 2.10 or later",
  E_BUS: "the bus answered with an error; `mcp doctor` tells more",
  E_NODE_UNREACHABLE: "`mcp node list` shows when the node was last seen",
  E_TIMEOUT: "the change stands and will be applied: follow it with `mcp status`",
  E_PARTIAL: "the lines above name what failed",
  E_NODE_FAILED: "mend the cause named above and deploy again",
  E_DIFFERENCES: "apply them with `mcp deploy`",
  E_UNSUPPORTED: "this node cannot enforce it; `mcp-agent doctor` names what it lacks",
  E_INVALID_MESSAGE: "the sender and this program may be of different versions",
  E_REGRESSED:
    "the bus holds an older state than the node accepted; put back what the nodes accepted with `mcp sync --reseed`",
  E_MCIAS: "check `[mcias] server_url` and that MCIAS runs; sessions that are open go on without it",
  E_EXCHANGE: "the login exchange (`mcp-auth`) gives out sessions; see that it runs: `mcp-auth doctor` where it does",
  E_RUNTIME: "look at `podman ps -a` and `podman logs` on the node",
  E_RUNTIME_UNREACHABLE: "start podman's socket (`systemctl --user start podman.socket`), or see `mcp-agent doctor`",
  E_RUNTIME_TIMEOUT: "podman does not answer; the agent goes on trying",
  E_IMAGE: "check the image's name and the registry's credentials on the node",
  E_NAME_TAKEN: "remove or rename the foreign container, or adopt it",
  E_STORE:
    "check the disk and the owner of the store's directory, or name another place in agent.toml: `path` under `[store]`",
  E_FILE: "check the path, its owner and the space on the disk",
  E_INTERRUPTED: "nothing was undone: `mcp status` shows where it stands",
  E_BUG: "this is a defect in mcp: please report it with the stack above",
} as const;

export type ErrorCode = keyof typeof ERROR_HINTS;
