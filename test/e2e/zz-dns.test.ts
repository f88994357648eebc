import { execFileSync } from "node:child_process";
import { it } from "node:test";
import { startFleet } from "../helpers/e2e-fleet.ts";
import { freePort } from "../helpers/free-port.ts";
it("dns", async (t) => {
  const fleet = await startFleet(t, { agents: ["rift"] });
  const { rift, alice, images } = fleet;
  const port = await freePort();
  const def = (i: string) => `name = "shop"
node = "rift"
[[components]]
name = "db"
image = "${images["hello:v1"]}"
network = "shopnet"
min_up = "200ms"
[[components]]
name = "api"
image = "${i}"
network = "shopnet"
ports = ["127.0.0.1:${port}:8080"]
min_up = "200ms"
[[components]]
name = "web"
image = "${images["hello:v1"]}"
network = "shopnet"
min_up = "200ms"
`;
  for (let n = 0; n < 14; n++) {
    await alice.define("shop", def(n % 2 ? images["hello:v2"] : images["hello:v1"]));
    const d = await alice.mcp("deploy", "shop");
    let ok = "";
    for (let k = 0; k < 4 && !ok; k++) ok = await rift.podman.podman("exec", "shop-web", "wget", "-qO-", "http://api:8080/").catch((e) => { console.log(n, k, String(e).slice(-60)); return ""; });
    if (!ok) {
      const dir = `${rift.podman.runtimeDir}/containers/networks/aardvark-dns`;
      console.log("FAILED", n, d.code, execFileSync("sh", ["-c", `ls -la ${dir}; head -50 ${dir}/*; ps aux | grep -E "aardvark|rootless-netns|slirp" | grep -v grep; grep -E "SigBlk|SigIgn|SigPnd|SigCgt" /proc/$(cat ${dir}/aardvark.pid)/status`]).toString());
      console.log(await rift.podman.podman("inspect", "shop-api", "--format", "{{json .NetworkSettings.Networks}}"));
      console.log(await rift.podman.podman("exec", "shop-web", "cat", "/etc/resolv.conf"));
      for (const q of ["db", "shop-api", "api"]) console.log(q, await rift.podman.podman("exec", "shop-web", "nslookup", q).catch((e) => String(e)));
      break;
    }
  }
});
