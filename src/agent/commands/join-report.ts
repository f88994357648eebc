/** What `mcp-agent join` reports, and what to type next. Pure. */

export interface Joined {
  readonly node: string;
  /** Paths. */
  readonly bundle: string;
  readonly config: string;
  readonly written: readonly string[];
  /** The store's path, if it is not the usual one. */
  readonly store: string | undefined;
  /** True when the unit in deploy/systemd finds the settings there. */
  readonly isUsual: boolean;
  /** True where systemd is the first process. */
  readonly systemd: boolean;
  /** There was an agent.toml before, and perhaps a running agent that uses it. */
  readonly isAgain: boolean;
  /** What changed in the previous agent.toml. */
  readonly changed: "nothing" | "enrollment" | "everything";
}

export function joinReport(joined: Joined): string {
  const { node, bundle, config, isUsual, systemd, written, store } = joined;
  const lines = [
    ...written.map((file) => `wrote ${file}`),
    ...CHANGES[joined.changed].map((line) => line.replaceAll("CONFIG", config)),
    ...(store === undefined ? [] : [`the agent's store will be ${store}: this user cannot write to the usual path`]),
    `this machine is now node ${node}; check it, then ${joined.isAgain ? "restart its agent if it is running" : "start its agent"}:`,
    `  mcp-agent doctor${isUsual ? "" : ` --config ${config}`}`,
    `  mcp-agent server${isUsual ? "" : ` --config ${config}`}`,
    ...(isUsual && systemd ? [`  systemctl --user ${joined.isAgain ? AGAIN : FIRST}`] : []),
    `${bundle} holds the node's key: remove it`,
  ];
  return `${lines.join("\n")}\n`;
}

const FIRST = "enable --now mcp-agent      # with the unit of deploy/systemd";
const AGAIN = "restart mcp-agent      # with the unit of deploy/systemd";

const CHANGES: Readonly<Record<Joined["changed"], readonly string[]>> = {
  nothing: [],
  enrollment: ["only node, [bus] and [trust] of CONFIG changed; the previous file is CONFIG.old"],
  everything: ["CONFIG was damaged and was replaced; copy what you need from CONFIG.old"],
};
