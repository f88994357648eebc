/** A paused container: podman 4.3 neither starts nor stops it, so it is resumed first. Answers as recorded from podman 4.3 as root. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Podman } from "../../../../src/agent/runtime/podman/podman.ts";
import { tempDir } from "../../../helpers/temp-dir.ts";

const INSPECT = new URL("../../../fixtures/podman/4.3-inspect.json", import.meta.url);
const soon = () => AbortSignal.timeout(10_000);

/** A podman with one container in this state; `asked` are the changes that it was asked for. */
async function podmanWith(t: TestContext, status: string) {
  const inspect = JSON.parse(await readFile(INSPECT, "utf8"));
  const asked: string[] = [];
  const state = { status };
  const socketPath = join(await tempDir(t), "podman.sock");
  const server = createServer(({ method, url = "" }, response) => {
    const verb = new URL(url, "http://podman").pathname.split("/").at(-1) ?? "";
    if (method === "GET") {
      response.end(JSON.stringify({ ...inspect, State: { ...inspect.State, Status: state.status } }));
      return;
    }
    asked.push(verb);
    const isRefused = state.status !== "running" && verb !== "unpause";
    if (verb === "unpause") state.status = "running";
    const message = `container is ${state.status}: container state improper`;
    const body = isRefused ? JSON.stringify({ cause: "container state improper", message, response: 500 }) : "";
    response.writeHead(isRefused ? 500 : 204).end(body);
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const podman = new Podman({ socketPath });
  t.after(async () => {
    await podman.close();
    server.closeAllConnections();
    server.close();
  });
  return { podman, asked, id: String(inspect.Id) };
}

describe("a paused container", () => {
  it("is resumed by a start", async (t) => {
    const { podman, asked, id } = await podmanWith(t, "paused");
    await podman.start(id, soon());
    assert.deepEqual(asked, ["start", "unpause"]);
  });

  it("is resumed and stopped by a stop", async (t) => {
    const { podman, asked, id } = await podmanWith(t, "paused");
    await podman.stop(id, 1_000, soon());
    assert.deepEqual(asked, ["stop", "unpause", "stop"]);
  });

  it("is not what every improper state is: the refusal of another one is passed on", async (t) => {
    const { podman, asked, id } = await podmanWith(t, "stopping");
    await assert.rejects(podman.start(id, soon()), { code: "E_RUNTIME", message: /state improper/ });
    assert.deepEqual(asked, ["start"]);
  });
});
