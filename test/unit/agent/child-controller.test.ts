/** A child's abort follows its parent's, is otherwise its own, and leaves nothing behind on the parent. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import { ChildController } from "../../../src/agent/state/child-controller.ts";

const listeners = ({ signal }: AbortController) => getEventListeners(signal, "abort").length;

describe("a child controller", () => {
  it("aborts with its parent, for the parent's reason", () => {
    const parent = new AbortController();
    const child = new ChildController(parent.signal);
    assert.equal(child.signal.aborted, false);
    parent.abort("over");
    assert.equal(child.signal.reason, "over");
  });

  it("is aborted from the start when its parent is", () => {
    assert.equal(new ChildController(AbortSignal.abort("over")).signal.reason, "over");
  });

  it("aborts by itself and leaves its parent alone", () => {
    const parent = new AbortController();
    const child = new ChildController(parent.signal);
    child.abort("enough");
    parent.abort("over");
    assert.equal(child.signal.reason, "enough");
  });

  it("takes no part in its parent's abort once detached", () => {
    const parent = new AbortController();
    const child = new ChildController(parent.signal);
    child.detach();
    parent.abort();
    assert.equal(child.signal.aborted, false);
  });

  it("leaves no listener on its parent, however it ends", () => {
    const parent = new AbortController();
    const children = [1, 2].map(() => new ChildController(parent.signal));
    assert.equal(listeners(parent), 2);
    children[0]?.abort();
    children[1]?.detach();
    assert.equal(listeners(parent), 0);
  });
});
