/** What a suite of tests of podman itself shares: one node of its own, and an image that it can pull from a registry. */
import assert from "node:assert/strict";
import { before } from "node:test";
import { pushTestImages } from "./images.ts";
import { startRegistry } from "./registry.ts";
import { type PodmanNode, type PodmanNodeOptions, startPodmanNode } from "./rootless.ts";
import { suiteScope } from "./scope.ts";

export interface PodmanSuite {
  /** Both are there from the suite's first test on, and from its own `before`. */
  node(): PodmanNode;
  image(): string;
}

/** To be called in a describe block. */
export function podmanSuite(options: PodmanNodeOptions = {}): PodmanSuite {
  const scope = suiteScope();
  const world: { node?: PodmanNode; image?: string } = {};
  before(async () => {
    const registry = await startRegistry(scope);
    world.image = (await pushTestImages(registry.address))["hello:v1"].reference;
    world.node = await startPodmanNode(scope, options);
  });
  return {
    node: () => {
      assert.ok(world.node);
      return world.node;
    },
    image: () => {
      assert.ok(world.image);
      return world.image;
    },
  };
}
