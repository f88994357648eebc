/** The keys of log lines, each with its meaning. A new key is added here: `ProgramLog` accepts no other. */

export const LOG_KEYS = {
  node: "the node's name",
  err: "the error that was thrown",
  code: "the error's code",
  hint: "what to do about it",
  problem: "what failed, in words",
  reason: "why, in one word",
  version: "version of this program",
  pid: "process id of this program",
  service: "a service's name",
  setAside: "path of a damaged database",
  files: "files that were left alone",
  alert: "raised or resolved",
  event: "an event's id",
  tookMs: "milliseconds it took",
  curve: "public key that logins are encrypted for",
  signer: "public key that signs users",
  mcias: "address of MCIAS",
  validate: "how tokens are checked",
  dropped: "how many were dropped",
  sub: "id of an account at MCIAS",
  name: "name of an account at MCIAS",
  role: "role of a user",
  user: "public key of a user",
  until: "when a session ends",
} as const;

export type LogFacts = { readonly [K in keyof typeof LOG_KEYS]?: unknown };
