/**
 * Creates a container completely or not at all: what this node cannot do is refused beforehand, and a container that
 * podman created with a warning ("ignored …") is removed again.
 */
import { stat } from "node:fs/promises";
import type { ComponentSpec } from "../../../schemas/service/spec.ts";
import { McpError } from "../../../values/error.ts";
import type { ErrorCode } from "../../../values/error-codes.ts";
import { Fields } from "../decode/fields.ts";
import type { CreateContainer, RuntimeInfo } from "../runtime.ts";
import type { PodmanContext, PodmanRequest } from "./call.ts";
import { type Refusal, withoutSecrets } from "./errors.ts";
import { registryOf } from "./image-name.ts";
import { containerPath } from "./requests.ts";
import { createBody, hasLimits, refuseUnsupported } from "./translate.ts";

const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/image not known|no such image/, "E_IMAGE"],
  [/name is already in use|container already exists/, "E_NAME_TAKEN"],
  [/unknown capability/, "E_UNSUPPORTED"],
];

/** Podman checks a bind source with statfs(2). Its answer has no cause that identifies this error, only this text. */
const BIND_SOURCE = /^statfs /;

export interface CreateContext extends PodmanContext {
  /** The limits that this node can enforce; called only when the spec has a limit. */
  enforceable(signal: AbortSignal): Promise<RuntimeInfo["limits"]>;
}

/** @returns the id. @throws McpError as `Runtime.create`. */
export async function createContainer(means: CreateContext, container: CreateContainer, signal: AbortSignal) {
  const { call, limits } = means;
  await refuseBeforehand(means, container.spec, signal);
  const request: PodmanRequest = {
    what: `podman create ${container.name}`,
    method: "POST",
    path: "/containers/create",
    body: createBody(container),
    expect: [201],
    limitMs: limits.changeMs,
    codeOf,
  };
  const { body } = await call.ask(request, signal).catch((error: unknown) => {
    throw withoutSecrets(error, container.spec.env);
  });
  const answer = new Fields(body, "create");
  const id = answer.text("Id");
  const warnings = answer.texts("Warnings");
  if (warnings.length > 0) throw await undone(means, { id, name: container.name, warnings }, signal);
  return id;
}

function codeOf({ cause, message }: Refusal): ErrorCode | undefined {
  if (BIND_SOURCE.test(message)) return "E_FILE";
  return CODES.find(([words]) => words.test(cause))?.[1];
}

async function refuseBeforehand(means: CreateContext, spec: ComponentSpec, signal: AbortSignal): Promise<void> {
  registryOf(spec.image);
  const noneAsked = { memory: true, cpus: true };
  refuseUnsupported(spec, hasLimits(spec) ? await means.enforceable(signal) : noneAsked);
  for (const { kind, source } of spec.volumes) if (kind === "bind") await checkSource(spec.name, source);
}

/** Podman refuses a missing bind source too, but less clearly. Paths that we cannot access are left to podman. */
async function checkSource(component: string, source: string): Promise<void> {
  try {
    await stat(source);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR") return;
    throw new McpError("E_FILE", `component ${component}: ${source} does not exist on this node`, {
      cause,
      hint: `create it on the node: \`mkdir -p ${source}\``,
    });
  }
}

interface Warned {
  readonly id: string;
  readonly name: string;
  readonly warnings: readonly string[];
}

async function undone({ call, limits }: PodmanContext, { id, name, warnings }: Warned, signal: AbortSignal) {
  const request: PodmanRequest = {
    what: `podman remove ${name}`,
    method: "DELETE",
    path: containerPath(id),
    query: { force: "true" },
    expect: [200, 204, 404],
    limitMs: limits.changeMs,
  };
  const options = await call.ask(request, signal).then(
    () => ({}),
    (cause: unknown) => ({ cause }),
  );
  return new McpError("E_UNSUPPORTED", `podman would ignore settings of ${name}: ${warnings.join("; ")}`, options);
}
