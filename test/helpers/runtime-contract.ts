/**
 * What the contracts of the runtime port share: one subject for each suite, opened before its tests with its images pulled, and
 * containers made from them.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before } from "node:test";
import { Podman } from "../../src/agent/runtime/podman/podman.ts";
import type { Runtime } from "../../src/agent/runtime/runtime.ts";
import type { ComponentSpec } from "../../src/schemas/service/spec.ts";
import { componentSpec } from "./component-spec.ts";
import { pushTestImages } from "./images.ts";
import { startRegistry } from "./registry.ts";
import { startPodmanNode } from "./rootless.ts";
import { type Scope, suiteScope } from "./scope.ts";

/** A runtime under test, with an image of a server that runs until it is stopped. */
export interface RuntimeSubject {
  readonly runtime: Runtime;
  readonly server: string;
}

export const LIMIT_MS = 30_000;
/** The signal of one call. */
export const soon = () => AbortSignal.timeout(LIMIT_MS);

export const unique = (name: string) => `${name}-${randomBytes(4).toString("hex")}`;

/** For the suite that calls it: its subject, and containers that are made and started there. */
export function contractSuite<S extends RuntimeSubject>(
  open: (scope: Scope) => Promise<S>,
  imagesOf: (subject: S) => readonly string[],
) {
  const scope = suiteScope();
  const holder: { subject?: S } = {};
  const subject = () => {
    assert.ok(holder.subject);
    return holder.subject;
  };
  before(async () => {
    holder.subject = await open(scope);
    const { runtime } = subject();
    scope.after(() => runtime.close());
    for (const image of imagesOf(subject())) await runtime.pull(image, () => undefined, soon());
  });
  const create = async (own: Partial<ComponentSpec> = {}, name = unique("c"), labels = {}): Promise<string> => {
    const spec = componentSpec({ image: subject().server, ...own });
    return await subject().runtime.create({ name, spec, aliases: [], labels }, soon());
  };
  const started = async (own: Partial<ComponentSpec> = {}): Promise<string> => {
    const id = await create(own);
    await subject().runtime.start(id, soon());
    return id;
  };
  return { subject, create, started };
}

/** Podman of a throw-away node, and a registry of its own with the test images. */
export async function podmanWithImages(scope: Scope) {
  const registry = await startRegistry(scope);
  const images = await pushTestImages(registry.address);
  const node = await startPodmanNode(scope);
  return { registry, images, node, runtime: new Podman({ socketPath: node.socketPath }) };
}
