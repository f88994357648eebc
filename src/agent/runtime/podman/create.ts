/**
 * Creates a container completely or not at all: what this node cannot do is refused beforehand, and a container that
 * podman created with a warning ("ignored …") is removed again.
 */
import { McpError } from "../../../values/error.ts";
import type { ErrorCode } from "../../../values/error-codes.ts";
import { Fields } from "../decode/fields.ts";
import type { CreateContainer, Runtime } from "../runtime.ts";
import type { PodmanContext, PodmanRequest } from "./call.ts";
import { createBody } from "./create-body.ts";
import { type Refusal, withoutSecrets } from "./errors.ts";
import { containerPath } from "./requests.ts";

const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/image not known|no such image/, "E_IMAGE"],
  [/name is already in use|container already exists/, "E_NAME_TAKEN"],
  [/unknown capability/, "E_UNSUPPORTED"],
];

/** Podman checks a bind source with statfs(2). Its answer has no cause that identifies this error, only this text. */
const BIND_SOURCE = /^statfs /;

export interface CreateContext extends PodmanContext {
  obstacles: Runtime["obstacles"];
}

/** @returns the id. @throws McpError as `Runtime.create`. */
export async function createContainer(means: CreateContext, container: CreateContainer, signal: AbortSignal) {
  const { call, limits } = means;
  const [obstacle] = await means.obstacles(container.spec, signal);
  if (obstacle !== undefined) throw obstacle;
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
