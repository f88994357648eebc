/**
 * A TCP port of the loopback address that nothing listens on at this moment. Prefer servers that choose their own port;
 * this is for ports that must be written down before anything listens, such as a container's published port.
 */
import { once } from "node:events";
import { createServer } from "node:net";

/** Asks the kernel for a free port and gives it back at once. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("the kernel named no port");
  return address.port;
}
